import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Triple } from "./affine.ts";
import { type Connectivity, componentRuns, connectedComponents } from "./components.ts";
import { readLabels } from "./nifti/nifti.node.ts";

const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/components/cc3d.json"), "utf8"),
) as {
  cases: {
    dims: Triple;
    bits: string;
    sizes: Record<Connectivity, number[]>;
    labels: Partial<Record<Connectivity, number[]>>;
  }[];
  lits: { file: string; label: number; sizes: Record<Connectivity, number[]> }[];
};
const shared = resolve(import.meta.dirname, "../../../shared/data");
const connectivities = [6, 18, 26] as const;

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

  test("6: a side; 18: also an edge; 26: also a corner", () => {
    const parts = (...slices: string[][]): number[] =>
      connectivities.map(
        (connectivity) =>
          connectedComponents(drawn(...slices), isOne, { connectivity }).sizes.length,
      );
    expect(parts(["##"])).toEqual([1, 1, 1]);
    expect(parts(["#."], ["#."])).toEqual([1, 1, 1]);
    expect(parts(["#.", ".#"])).toEqual([2, 1, 1]);
    expect(parts([".#", "#."])).toEqual([2, 1, 1]);
    expect(parts(["#."], [".#"])).toEqual([2, 1, 1]);
    expect(parts(["#", "."], [".", "#"])).toEqual([2, 1, 1]);
    expect(parts([".", "#"], ["#", "."])).toEqual([2, 1, 1]);
    expect(parts(["#.", ".."], ["..", ".#"])).toEqual([2, 2, 1]);
    expect(parts([".#", ".."], ["..", "#."])).toEqual([2, 2, 1]);
    expect(parts(["..", ".#"], ["#.", ".."])).toEqual([2, 2, 1]);
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

test("labels are as wide as their count needs", () => {
  const dots = (count: number) => ({
    dims: [2 * count, 1, 1] as const,
    voxels: Uint8Array.from({ length: 2 * count }, (_, n) => n % 2),
  });
  for (const [count, Numbers] of [
    [255, Uint8Array],
    [256, Uint16Array],
    [65_535, Uint16Array],
    [65_536, Int32Array],
  ] as const) {
    const { labels, sizes } = connectedComponents(dots(count), isOne);
    expect(labels).toBeInstanceOf(Numbers);
    expect([sizes.length, labels[2 * count - 1]]).toEqual([count, count]);
  }
});

test("runs say where components are, within a box too", () => {
  const mask = drawn(["##.#", "...#"], ["....", "...."], ["....", "#..."]);
  const all = componentRuns(mask, isOne);
  expect([[...all.from], [...all.to], [...all.component]]).toEqual([
    [0, 3, 3, 0],
    [2, 4, 4, 1],
    [1, 2, 2, 3],
  ]);
  expect([...all.first]).toEqual([0, 2, 3, 3, 3, 3, 4]);
  const box = { low: [1, 0, 0], high: [4, 2, 1] } as const;
  const part = componentRuns(mask, isOne, { box });
  expect([[...part.from], [...part.to], part.sizes]).toEqual([
    [1, 3, 3],
    [2, 4, 4],
    [1, 2],
  ]);
});

test("refused: another connectivity, voxels that do not fill the grid, a box beyond it", () => {
  const usage = expect.objectContaining({ code: "usage.argument" });
  const ten = 10 as Connectivity;
  expect(() => connectedComponents(drawn(["#"]), isOne, { connectivity: ten })).toThrow(usage);
  expect(() => connectedComponents({ dims: [2, 2, 2], voxels: [1] }, isOne)).toThrow(usage);
  const box = { low: [0, 0, -1], high: [1, 1, 1] } as const;
  expect(() => componentRuns(drawn(["#"]), isOne, { box })).toThrow(usage);
});

describe.each(oracle.cases)("as cc3d: $dims", ({ dims, bits, sizes, labels }) => {
  const bytes = Buffer.from(bits, "hex");
  const count = dims[0] * dims[1] * dims[2];
  const voxels = Uint8Array.from({ length: count }, (_, n) => (bytes[n >> 3] >> (7 - (n & 7))) & 1);

  test.each(connectivities)("%i neighbours", (connectivity) => {
    const found = connectedComponents({ dims, voxels }, isOne, { connectivity });
    expect(found.sizes).toEqual(sizes[connectivity]);
    const expected = labels[connectivity];
    if (expected !== undefined) expect([...found.labels]).toEqual(expected);
    // Whatever holds the voxels, and wherever in a buffer they begin.
    const odd = new Uint8Array(count + 1).subarray(1);
    odd.set(voxels);
    for (const other of [Int16Array.from(voxels), Int32Array.from(voxels), odd]) {
      const same = connectedComponents({ dims, voxels: other }, isOne, { connectivity });
      expect(same).toEqual(found);
    }
  });
});

test.skipIf(!existsSync(shared)).each([...new Set(oracle.lits.map(({ file }) => file))])(
  "as cc3d: %s",
  async (name) => {
    const mask = await readLabels(resolve(shared, name));
    for (const { label, sizes } of oracle.lits.filter(({ file }) => file === name)) {
      for (const connectivity of connectivities) {
        const found = componentRuns(mask, (value) => value === label, { connectivity });
        expect(found.sizes.toSorted((a, b) => b - a)).toEqual(sizes[connectivity]);
      }
    }
  },
);

test("flips and exchanged axes change no component", () => {
  const size = fc.integer({ min: 1, max: 12 });
  const cases = fc.record({
    dims: fc.tuple(size, size, size),
    bits: fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
    order: fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
    flips: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    connectivity: fc.constantFrom(...connectivities),
  });
  fc.assert(
    fc.property(cases, ({ dims, bits, order, flips, connectivity }) => {
      const count = dims[0] * dims[1] * dims[2];
      // A quarter inside: neither one lump nor dust.
      const voxels = [...bits.take(count)].map((value) => (value === 0 ? 1 : 0));
      const turned: Triple = [dims[order[0]], dims[order[1]], dims[order[2]]];
      const placeOf = (at: number): number => {
        const old = [at % dims[0], Math.floor(at / dims[0]) % dims[1]];
        old.push(Math.floor(at / dims[0] / dims[1]));
        const [i, j, k] = order.map((axis) =>
          flips[axis] ? dims[axis] - 1 - old[axis] : old[axis],
        );
        return i + turned[0] * (j + turned[1] * k);
      };
      const other = new Array<number>(count);
      for (const [at, value] of voxels.entries()) other[placeOf(at)] = value;
      const a = connectedComponents({ dims, voxels }, isOne, { connectivity });
      const b = connectedComponents({ dims: turned, voxels: other }, isOne, { connectivity });
      // One to one: each component of one is, place by place, one component of the other.
      const partner = new Map<number, number>();
      for (let at = 0; at < count; at++) {
        const there = b.labels[placeOf(at)];
        expect(partner.get(a.labels[at]) ?? there).toBe(there);
        partner.set(a.labels[at], there);
      }
      expect(b.sizes.length).toBe(a.sizes.length);
      expect(new Set(partner.values()).size).toBe(partner.size);
    }),
    { seed: 7, numRuns: 100 },
  );
});
