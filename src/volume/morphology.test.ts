import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Triple } from "./affine.ts";
import type { Connectivity } from "./components.ts";
import { close, dilate, erode, type MorphologyOptions, open } from "./morphology.ts";
import type { LabelVolume } from "./volume.ts";

const operations = { dilate, erode, open, close };
const names = ["dilate", "erode", "open", "close"] as const;
type Answers = { readonly [N in (typeof names)[number]]: string };
const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/morphology/scipy.json"), "utf8"),
) as {
  cases: (Answers & { dims: Triple; bits: string; connectivity: Connectivity; times: number })[];
  balls: (Answers & { dims: Triple; bits: string; spacing: Triple; radiusMm: number })[];
};

const isOne = (value: number): boolean => value === 1;

function maskOf(voxels: readonly number[], dims: Triple, [x, y, z]: Triple = [1, 1, 1]) {
  return {
    kind: "labels",
    dims,
    affine: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1],
    affineFrom: "sform",
    voxels: Uint8Array.from(voxels),
  } satisfies LabelVolume;
}

/** A slice drawn with `#` inside, or several below each other. */
function drawn(...slices: string[][]): LabelVolume {
  const voxels = [...slices.flat().join("")].map((mark) => (mark === "#" ? 1 : 0));
  return maskOf(voxels, [slices[0][0].length, slices[0].length, slices.length]);
}

function drawing({ dims: [width], voxels }: LabelVolume): string[] {
  const marks = Array.from(voxels, (value) => (value === 1 ? "#" : ".")).join("");
  return Array.from({ length: voxels.length / width }, (_, row) =>
    marks.slice(row * width, (row + 1) * width),
  );
}

const unpacked = (bits: string, [width, height, depth]: Triple): number[] => {
  const bytes = Buffer.from(bits, "hex");
  return Array.from(
    { length: width * height * depth },
    (_, n) => (bytes[n >> 3] >> (7 - (n & 7))) & 1,
  );
};

describe("worked by hand", () => {
  const dot = drawn([".....", ".....", "..#..", ".....", "....."]);

  test("a dot becomes a cross, then a diamond; or a square", () => {
    const cross = [".....", "..#..", ".###.", "..#..", "....."];
    expect(drawing(dilate(dot, isOne, { connectivity: 6 }))).toEqual(cross);
    const diamond = ["..#..", ".###.", "#####", ".###.", "..#.."];
    expect(drawing(dilate(dot, isOne, { connectivity: 6, times: 2 }))).toEqual(diamond);
    const square = [".....", ".###.", ".###.", ".###.", "....."];
    expect(drawing(dilate(dot, isOne, { connectivity: 18 }))).toEqual(square);
    expect(drawing(dilate(dot, isOne, { connectivity: 26 }))).toEqual(square);
  });

  test("26 reaches the corners of the next slice, 18 its edges, 6 the voxel above", () => {
    const two = drawn(["...", ".#.", "..."], ["...", "...", "..."]);
    const above = (connectivity: Connectivity): string[] =>
      drawing(dilate(two, isOne, { connectivity })).slice(3);
    expect(above(6)).toEqual(["...", ".#.", "..."]);
    expect(above(18)).toEqual([".#.", "###", ".#."]);
    expect(above(26)).toEqual(["###", "###", "###"]);
  });

  test("a radius in mm counts each axis by its spacing, its end included", () => {
    const wide = { ...dot, affine: maskOf([], [0, 0, 0], [0.7, 1.4, 5]).affine };
    expect(drawing(dilate(wide, isOne, { radiusMm: 1.4 }))).toEqual([
      ".....",
      "..#..",
      "#####",
      "..#..",
      ".....",
    ]);
  });

  test("opening takes a spike away, closing fills narrow gaps", () => {
    const slab = (...rows: string[]): LabelVolume => drawn(rows, rows, rows, rows, rows);
    const middle = (mask: LabelVolume): string[] => {
      const height = mask.dims[1];
      return drawing(mask).slice(2 * height, 3 * height);
    };
    const spike = slab("......", ".###..", ".#####", ".###..", "......");
    expect(middle(open(spike, isOne, { connectivity: 26 }))).toEqual([
      "......",
      ".###..",
      ".###..",
      ".###..",
      "......",
    ]);
    const closed = (row: string): string[] =>
      drawing(close(drawn([row]), isOne, { connectivity: 26 }));
    expect([closed("##.##"), closed("#..#"), closed("#...#")]).toEqual([
      ["#####"],
      ["####"],
      ["#...#"],
    ]);
    const ring = drawn(["#####", "##.##", "#####"]);
    // A single slice: above and below the gap there is room for the element of faces.
    expect(drawing(close(ring, isOne, { connectivity: 6 }))).toEqual(drawing(ring));
    expect(drawing(close(ring, isOne, { connectivity: 18 }))).toEqual(["#####", "#####", "#####"]);
  });

  test("beyond the grid is outside, or inside if that is asked for", () => {
    const full = drawn(["###"], ["###"], ["###"]);
    expect(erode(full, isOne, { connectivity: 6 }).voxels.includes(1)).toBe(false);
    const kept = erode(full, isOne, { connectivity: 6, beyond: true });
    expect(drawing(kept)).toEqual(["###", "###", "###"]);
    const none = drawn(["....."]);
    const fromOutside = dilate(none, isOne, { radiusMm: 1, beyond: true });
    expect(drawing(fromOutside)).toEqual(["#####"]);
  });

  test("of nothing, nothing", () => {
    const none = drawn(["..."], ["..."]);
    for (const name of names) {
      const made = operations[name](none, isOne, { radiusMm: 3 });
      expect(drawing(made)).toEqual(["...", "..."]);
    }
  });

  test("refused: other connectivities, radii and times that are not above 0", () => {
    const usage = expect.objectContaining({ code: "usage.argument" });
    for (const element of [
      { connectivity: 8 as Connectivity },
      { connectivity: 6, times: 0 },
      { connectivity: 6, times: 1.5 },
      { radiusMm: 0 },
      { radiusMm: Number.NaN },
    ] as const) {
      expect(() => dilate(dot, isOne, element)).toThrow(usage);
    }
  });
});

describe.each(names)("%s as scipy", (name) => {
  test.each(oracle.cases)("$dims, $connectivity neighbours, $times times", (one) => {
    const { dims, bits, connectivity, times } = one;
    const mask = maskOf(unpacked(bits, dims), dims);
    const made = operations[name](mask, isOne, { connectivity, times });
    expect([...made.voxels]).toEqual(unpacked(one[name], dims));
  });

  test.each(oracle.balls)("$dims of $spacing mm, radius $radiusMm mm", (one) => {
    const { dims, bits, spacing, radiusMm } = one;
    const mask = maskOf(unpacked(bits, dims), dims, spacing);
    const made = operations[name](mask, isOne, { radiusMm });
    expect([...made.voxels]).toEqual(unpacked(one[name], dims));
  });
});

const size = fc.integer({ min: 1, max: 7 });
const cases = fc.record({
  dims: fc.tuple(size, size, size),
  bits: fc.infiniteStream(fc.nat(1)),
  beyond: fc.boolean(),
  element: fc.constantFrom<MorphologyOptions>(
    { connectivity: 6 },
    { connectivity: 18 },
    { connectivity: 26, times: 2 },
    { radiusMm: 1.5 },
    { radiusMm: 2.6 },
  ),
});

test("what erosion leaves of a mask is what dilation of the rest leaves", () => {
  fc.assert(
    fc.property(cases, ({ dims, bits, beyond, element }) => {
      const mask = maskOf([...bits.take(dims[0] * dims[1] * dims[2])], dims, [1, 0.8, 2]);
      const eroded = erode(mask, isOne, { ...element, beyond });
      const rest = dilate(mask, (value) => value === 0, { ...element, beyond: !beyond });
      expect([...eroded.voxels]).toEqual(Array.from(rest.voxels, (value) => 1 - value));
    }),
    { seed: 8, numRuns: 100 },
  );
});

test("opening makes smaller, closing larger, and doing it again changes nothing", () => {
  fc.assert(
    fc.property(cases, ({ dims, bits, element }) => {
      const mask = maskOf([...bits.take(dims[0] * dims[1] * dims[2])], dims, [1, 0.8, 2]);
      const opened = open(mask, isOne, element);
      const closed = close(mask, isOne, element);
      for (const [at, value] of mask.voxels.entries()) {
        expect(opened.voxels[at]).toBeLessThanOrEqual(value);
        expect(closed.voxels[at]).toBeGreaterThanOrEqual(value);
      }
      expect(open(opened, isOne, element)).toEqual(opened);
      expect(close(closed, isOne, element)).toEqual(closed);
    }),
    { seed: 9, numRuns: 100 },
  );
});
