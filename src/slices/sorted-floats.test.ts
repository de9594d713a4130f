import fc from "fast-check";
import { expect, test } from "vitest";
import { sortedFloats } from "./sorted-floats.ts";

test("sorts as Float32Array.sort does, without NaN and infinities", () => {
  fc.assert(
    fc.property(fc.float32Array(), (values) => {
      // −0 and 0 are one value to a histogram.
      const expected = values.filter(Number.isFinite).sort();
      expect([...sortedFloats(values)].map((v) => v + 0)).toEqual([...expected].map((v) => v + 0));
    }),
  );
  expect([...sortedFloats([3, -1.5, Number.NaN, 0, -1000, Number.POSITIVE_INFINITY])]).toEqual([
    -1000, -1.5, 0, 3,
  ]);
});
