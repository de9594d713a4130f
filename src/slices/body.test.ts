import { expect, test } from "vitest";
import { bodyBox, boxAround, cutBox } from "./body.ts";

const size = { width: 6, height: 5 };

/** Air, but for the pixels marked. */
const slice = (...rows: readonly string[]): Int16Array =>
  Int16Array.from(rows.join(""), (mark) => (mark === "#" ? 40 : -1000));

test("the box of the largest piece: lungs are within, a speck and the table are not", () => {
  const body = slice(
    "#.....", //
    "..###.",
    "..#.#.",
    "..###.",
    "......",
  );
  expect(bodyBox(body, size)).toEqual({ x: 2, y: 1, width: 3, height: 3 });
  expect(bodyBox(slice("......".repeat(5)), size)).toBeNull();
});

test("boxes of several slices are one around all", () => {
  const [one, other] = [
    { x: 1, y: 2, width: 2, height: 1 },
    { x: 2, y: 0, width: 3, height: 2 },
  ];
  expect(boxAround(one, other)).toEqual({ x: 1, y: 0, width: 4, height: 3 });
  expect(boxAround(null, one)).toEqual(one);
  expect(boxAround(one, null)).toEqual(one);
  expect(boxAround(null, null)).toBeNull();
});

test("what is cut are the box's pixels; all of a slice is the slice itself", () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, at) => at); // 4 × 3
  const box = { x: 1, y: 1, width: 2, height: 2 };
  expect(cutBox(pixels, { width: 4, box })).toEqual(Uint8Array.of(5, 6, 9, 10));
  const whole = { x: 0, y: 0, width: 4, height: 3 };
  expect(cutBox(pixels, { width: 4, box: whole })).toBe(pixels);
});
