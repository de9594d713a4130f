import { expect, test } from "vitest";
import { counted } from "./counted.ts";

test.each([
  [0, "0 scans"],
  [1, "1 scan"],
  [2, "2 scans"],
  [58_638, "58,638 scans"],
])("%i", (count, expected) => {
  expect(counted(count, "scan")).toBe(expected);
});

test("a noun with a plural of its own", () => {
  expect(counted(1, "NIfTI file")).toBe("1 NIfTI file");
  expect(counted(1, "of them has", "of them have")).toBe("1 of them has");
  expect(counted(2, "of them has", "of them have")).toBe("2 of them have");
});
