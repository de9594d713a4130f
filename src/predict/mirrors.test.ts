import { expect, test } from "vitest";
import { mirrored, mirrorings } from "./mirrors.ts";

const planes = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);

test("planes turn left-right, up-down, or both", () => {
  const turned = mirrorings.map((mirroring) => [...mirrored(planes, mirroring, { size: 2 })]);
  expect(turned).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [2, 1, 4, 3, 6, 5, 8, 7],
    [3, 4, 1, 2, 7, 8, 5, 6],
    [4, 3, 2, 1, 8, 7, 6, 5],
  ]);
});

test("a mirroring undoes itself", () => {
  for (const mirroring of mirrorings) {
    const there = mirrored(planes, mirroring, { size: 2 });
    expect(mirrored(there, mirroring, { size: 2 })).toEqual(planes);
  }
});
