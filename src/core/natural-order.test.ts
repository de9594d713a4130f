import { expect, test } from "vitest";
import { byNaturalOrder } from "./natural-order.ts";

test("names are ordered as people count", () => {
  const names = ["volume-10.nii", "volume-2.nii", "volume-1.nii", "volume-100.nii"];
  expect(names.sort(byNaturalOrder)).toEqual([
    "volume-1.nii",
    "volume-2.nii",
    "volume-10.nii",
    "volume-100.nii",
  ]);
});

test("several numbers in a name count each", () => {
  const names = ["p10/s2", "p2/s10", "p2/s9"];
  expect(names.sort(byNaturalOrder)).toEqual(["p2/s9", "p2/s10", "p10/s2"]);
});

test("only the same name is equal, so the order never depends on the order before", () => {
  expect(byNaturalOrder("volume-1", "volume-1")).toBe(0);
  expect(byNaturalOrder("volume-01", "volume-1")).not.toBe(0);
  expect(byNaturalOrder("a", "A")).not.toBe(0);
  expect(Math.sign(byNaturalOrder("volume-01", "volume-1"))).toBe(
    -Math.sign(byNaturalOrder("volume-1", "volume-01")),
  );
});
