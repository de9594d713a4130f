import { expect, test } from "vitest";
import { type Hu, hu, type Ml, type Mm, ml, mm, type Percent, percent } from "./units.ts";

test("units are plain numbers when they run", () => {
  expect([mm(1.5), ml(2), hu(-1000), percent(50)]).toEqual([1.5, 2, -1000, 50]);
});

test("units do not mix when they compile", () => {
  // @ts-expect-error a Hounsfield unit is no length
  const length: Mm = hu(30);
  // @ts-expect-error a length is no volume
  const volume: Ml = mm(30);
  // @ts-expect-error a plain number has no unit
  const intensity: Hu = 30;
  // @ts-expect-error a volume is no share
  const share: Percent = ml(30);
  expect([length, volume, intensity, share]).toEqual([30, 30, 30, 30]);
});
