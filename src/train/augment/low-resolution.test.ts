import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { lowerResolution } from "./low-resolution.ts";

const size = 4;
const options = { size, spare: new Float32Array(size * size), random: randomFrom(1) };
const at = (factor: number) => ({ probability: 1, smallest: factor, largest: factor });

test("half the resolution, by hand", () => {
  // Rows of 0, 1, 2, 3, times 1, 2, 3, 4.
  const image = Float32Array.from(
    { length: 16 },
    (_, place) => (place % 4) * (1 + Math.floor(place / 4)),
  );
  lowerResolution(image, { ...options, settings: at(0.5) });
  // Coarse pixels show columns 1 and 3, at ½ and 2½: 1, 1 + ¼·2, 1 + ¾·2, 3; rows 2 and 4 the same.
  const columns = [1, 1.5, 2.5, 3];
  const rows = [2, 2.5, 3.5, 4];
  expect([...image]).toEqual(rows.flatMap((row) => columns.map((column) => row * column)));
});

test("the full resolution changes nothing, and each plane is its own", () => {
  const image = Float32Array.from({ length: 32 }, (_, place) => Math.sin(place));
  const before = image.slice();
  lowerResolution(image, { ...options, settings: at(1) });
  expect(image).toEqual(before);
  lowerResolution(image, { ...options, settings: at(0.25) });
  // One coarse pixel: column 2 of row 2 everywhere.
  expect(image).toEqual(before.map((_, place) => before[place < 16 ? 10 : 26]));
});
