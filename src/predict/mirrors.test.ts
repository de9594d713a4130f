import { expect, test } from "vitest";
import { mirrored, mirrorings } from "./mirrors.ts";

const planes = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);

test("patches turn along columns, rows, slices, and all of them", () => {
  const turned = mirrorings(["columns", "rows"]).map((axes) => [
    ...mirrored(planes, axes, [1, 2, 2]),
  ]);
  expect(turned).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8],
    [2, 1, 4, 3, 6, 5, 8, 7],
    [3, 4, 1, 2, 7, 8, 5, 6],
    [4, 3, 2, 1, 8, 7, 6, 5],
  ]);
  expect([...mirrored(planes, ["slices"], [2, 2, 2])]).toEqual([5, 6, 7, 8, 1, 2, 3, 4]);
  expect([...mirrored(planes, ["slices", "rows", "columns"], [2, 2, 2])]).toEqual([
    ...[8, 7, 6, 5, 4, 3, 2, 1],
  ]);
});

test("a mirroring undoes itself, of two volumes of unlike sides too", () => {
  const two = Float32Array.from({ length: 2 * 2 * 3 * 5 }, (_, n) => n);
  const all = mirrorings(["slices", "rows", "columns"]);
  expect(all).toHaveLength(8);
  for (const axes of all) {
    const there = mirrored(two, axes, [2, 3, 5]);
    expect(mirrored(there, axes, [2, 3, 5])).toEqual(two);
    if (axes.length > 0) expect(there).not.toEqual(two);
  }
});
