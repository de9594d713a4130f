import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Triple } from "./affine.ts";
import { connectedComponents } from "./components.ts";

const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/components/cc3d.json"), "utf8"),
) as { cases: { dims: Triple; bits: string; sizes: number[]; labels?: number[] }[] };

const isOne = (value: number): boolean => value === 1;

/** A mask from drawings of its slices; `#` is inside. */
function drawn(...slices: string[][]): { dims: Triple; voxels: number[] } {
  const dims: Triple = [slices[0][0].length, slices[0].length, slices.length];
  return { dims, voxels: [...slices.flat().join("")].map((mark) => (mark === "#" ? 1 : 0)) };
}

describe("worked by hand", () => {
  test("voxels that touch at a side, an edge or a corner are one", () => {
    expect(connectedComponents(drawn(["##"]), isOne).sizes).toEqual([2]);
    expect(connectedComponents(drawn(["#.", ".#"]), isOne).sizes).toEqual([2]);
    expect(connectedComponents(drawn(["#.", ".."], ["..", ".#"]), isOne).sizes).toEqual([2]);
    // The corner in the other diagonals too.
    expect(connectedComponents(drawn([".#", ".."], ["..", "#."]), isOne).sizes).toEqual([2]);
    expect(connectedComponents(drawn(["..", "#."], [".#", ".."]), isOne).sizes).toEqual([2]);
    expect(connectedComponents(drawn(["..", ".#"], ["#.", ".."]), isOne).sizes).toEqual([2]);
  });

  test("voxels with one between them are two", () => {
    expect(connectedComponents(drawn(["#.#"]), isOne).sizes).toEqual([1, 1]);
    expect(connectedComponents(drawn(["#"], ["."], ["#"]), isOne).sizes).toEqual([1, 1]);
  });

  test("the end of a row does not touch the start of the next", () => {
    expect(connectedComponents(drawn(["...#", "....", "#..."]), isOne).sizes).toEqual([1, 1]);
    expect(connectedComponents(drawn(["...#", "#..."]), isOne).sizes).toEqual([1, 1]);
    expect(connectedComponents(drawn(["...", "..#"], ["#..", "..."]), isOne).sizes).toEqual([1, 1]);
  });

  test("arms that meet late are one, numbered by its first voxel", () => {
    const { labels, sizes } = connectedComponents(
      drawn(["#...#..#", "#...#...", "#####...", "......##"]),
      isOne,
    );
    expect(sizes).toEqual([9, 1, 2]);
    expect([...labels.subarray(0, 8)]).toEqual([1, 0, 0, 0, 1, 0, 0, 2]);
    expect([...labels.subarray(24)]).toEqual([0, 0, 0, 0, 0, 0, 3, 3]);
  });

  test("a comb joined by its last row", () => {
    const { sizes } = connectedComponents(
      drawn(["#.#.#.#.#", "#.#.#.#.#", "#########"], [".........", ".........", "........."]),
      isOne,
    );
    expect(sizes).toEqual([19]);
  });
});

test("none inside: no sizes, and labels of 0", () => {
  const { labels, sizes } = connectedComponents(drawn(["...", "..."]), isOne);
  expect(sizes).toEqual([]);
  expect([...labels]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("all inside: one", () => {
  const mask = { dims: [5, 4, 3] as const, voxels: new Uint8Array(60).fill(2) };
  expect(connectedComponents(mask, (value) => value === 2).sizes).toEqual([60]);
});

test("`inside` chooses among labels, and may choose the background", () => {
  const mask = { dims: [6, 1, 1] as const, voxels: [1, 1, 2, 0, 2, 1] };
  expect(connectedComponents(mask, (value) => value === 2).sizes).toEqual([1, 1]);
  expect(connectedComponents(mask, (value) => value >= 1).sizes).toEqual([3, 2]);
  expect(connectedComponents(mask, (value) => value === 0).sizes).toEqual([1]);
});

test.each(oracle.cases)("as cc3d: $dims", ({ dims, bits, sizes, labels }) => {
  const bytes = Buffer.from(bits, "hex");
  const count = dims[0] * dims[1] * dims[2];
  const voxels = Uint8Array.from({ length: count }, (_, n) => (bytes[n >> 3] >> (7 - (n & 7))) & 1);
  const found = connectedComponents({ dims, voxels }, isOne);
  expect(found.sizes).toEqual(sizes);
  if (labels !== undefined) expect([...found.labels]).toEqual(labels);
});
