import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Triple } from "./affine.ts";
import { fillHoles } from "./holes.ts";
import { reorient } from "./orientation.ts";
import type { LabelVolume } from "./volume.ts";

const ways = ["volume", "axial slice"] as const;
const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/morphology/scipy.json"), "utf8"),
) as { holes: { dims: Triple; bits: string; volume: string; "axial slice": string }[] };

const isMarked = (label: number): boolean => label > 0;

const maskOf = (voxels: readonly number[], dims: Triple): LabelVolume => ({
  kind: "labels",
  dims,
  affine: [0.7, 0, 0, 9, 0, 0.7, 0, -4, 0, 0, 2.5, 3, 0, 0, 0, 1],
  affineFrom: "sform",
  voxels: Uint8Array.from(voxels),
});

const drawn = (...slices: string[][]): LabelVolume =>
  maskOf([...slices.flat().join("")].map(Number), [
    slices[0][0].length,
    slices[0].length,
    slices.length,
  ]);

const unpacked = (bits: string, [width, height, depth]: Triple): number[] => {
  const bytes = Buffer.from(bits, "hex");
  return Array.from(
    { length: width * height * depth },
    (_, n) => (bytes[n >> 3] >> (7 - (n & 7))) & 1,
  );
};

describe("worked by hand", () => {
  const ring = ["00000", "01210", "01010", "01110", "00000"];
  const lid = ["00000", "01110", "01110", "01110", "00000"];

  test("a tunnel is a hole in a slice, not in the volume; with lids it is one", () => {
    const tunnel = drawn(ring, ring);
    expect(fillHoles(tunnel, isMarked)).toEqual({ mask: tunnel, filledVoxels: 0 });
    const filled = fillHoles(tunnel, isMarked, { within: "axial slice" });
    expect(filled.filledVoxels).toBe(2);
    expect([...filled.mask.voxels.subarray(10, 15)]).toEqual([0, 1, 1, 1, 0]);
    // The tumour in the wall is still there.
    expect([...filled.mask.voxels.subarray(5, 10)]).toEqual([0, 1, 2, 1, 0]);
    const closed = fillHoles(drawn(lid, ring, ring, lid), isMarked, { label: 7 });
    expect(closed.filledVoxels).toBe(2);
    expect(closed.mask.voxels[25 + 12]).toBe(7);
  });

  test("a way out over a corner is none, over a face it is", () => {
    const corner = drawn(["0110", "1011", "1111"]);
    expect(fillHoles(corner, isMarked, { within: "axial slice" }).filledVoxels).toBe(1);
    const face = drawn(["1011", "1011", "1111"]);
    expect(fillHoles(face, isMarked, { within: "axial slice" }).filledVoxels).toBe(0);
  });

  test("at the grid's end nothing is a hole; of nothing, nothing", () => {
    const bay = drawn(["110", "101", "110"]);
    expect(fillHoles(bay, isMarked, { within: "axial slice" }).filledVoxels).toBe(1);
    const open = drawn(["11", "01", "11"]);
    expect(fillHoles(open, isMarked, { within: "axial slice" })).toEqual({
      mask: open,
      filledVoxels: 0,
    });
    const none = drawn(["00", "00"]);
    for (const within of ways) {
      expect(fillHoles(none, isMarked, { within })).toEqual({ mask: none, filledVoxels: 0 });
    }
  });

  test("axial slices are found by the affine, whatever the order of storage", () => {
    const sagittal = reorient(drawn(ring, ring), "SAR");
    const { mask, filledVoxels } = fillHoles(sagittal, isMarked, { within: "axial slice" });
    expect(filledVoxels).toBe(2);
    const back = fillHoles(drawn(ring, ring), isMarked, { within: "axial slice" }).mask;
    expect(mask).toEqual(reorient(back, "SAR"));
  });
});

describe.each(ways)("as scipy, within: %s", (within) => {
  test.each(oracle.holes)("$dims", (one) => {
    const mask = maskOf(unpacked(one.bits, one.dims), one.dims);
    const { mask: filled, filledVoxels } = fillHoles(mask, isMarked, { within });
    const expected = unpacked(one[within], one.dims);
    expect([...filled.voxels]).toEqual(expected);
    expect(filledVoxels).toBe(
      expected.reduce((sum, value, at) => sum + value - mask.voxels[at], 0),
    );
  });
});

test("what is filled has no holes left, in the volume and in its slices", () => {
  const size = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(
      fc.tuple(size, size, size),
      fc.infiniteStream(fc.nat(3)),
      fc.constantFrom(...ways),
      (dims, bits, within) => {
        const voxels = [...bits.take(dims[0] * dims[1] * dims[2])].map((value) =>
          Number(value > 0),
        );
        const { mask } = fillHoles(maskOf(voxels, dims), isMarked, { within });
        expect(fillHoles(mask, isMarked, { within })).toEqual({ mask, filledVoxels: 0 });
        for (const [at, value] of voxels.entries()) {
          expect(mask.voxels[at]).toBeGreaterThanOrEqual(value);
        }
      },
    ),
    { seed: 10, numRuns: 150 },
  );
});
