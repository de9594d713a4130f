import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogueCase } from "../catalog/index.node.ts";
import { countLabels, tumourShares } from "../catalog/index.ts";
import { readLabels, writeNifti } from "../volume/index.node.ts";
import {
  type Affine,
  axisCodes,
  type LabelVolume,
  reorient,
  type Triple,
  voxelCount,
} from "../volume/index.ts";
import { lesionColumns, lesionRowOf } from "./lesion-row.ts";
import { type MeasureOptions, measureMask } from "./measure.ts";
import { studyColumnsOf, unstudied } from "./row.ts";
import { studyCase } from "./study.node.ts";

/** A mask's measures as they stand in the tables. */
function measureLabels(mask: LabelVolume, options: MeasureOptions) {
  const measured = measureMask(mask, options);
  return {
    columns: studyColumnsOf(measured),
    lesions: measured.lesions.map((lesion) => lesionRowOf("volume-1", lesion)),
  };
}

/** A mask of background with these voxels set. */
function maskOf(
  dims: Triple,
  affine: Affine,
  marks: readonly (readonly [i: number, j: number, k: number, label: number])[],
): LabelVolume {
  const voxels = new Uint8Array(voxelCount({ dims }));
  for (const [i, j, k, label] of marks) voxels[i + dims[0] * (j + dims[1] * k)] = label;
  return { kind: "labels", dims, affine, affineFrom: "sform", voxels };
}

// i to the left, j to the back, k to the head: 1 × 2 × 5 mm, so a voxel is 0.01 mL.
const lps: Affine = [-1, 0, 0, 10, 0, -2, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1];
const known = { spacingKnown: true };

// Ten liver voxels without tumour, one label of another kind, and two lesions: one of three voxels
// that touch at a corner only, one of two.
const marks = [
  ...Array.from({ length: 10 }, (_, i) => [i, 0, 0, 1] as const),
  [0, 9, 0, 3] as const,
  [2, 3, 1, 2] as const,
  [3, 4, 2, 2] as const,
  [4, 4, 2, 2] as const,
  [8, 8, 3, 2] as const,
  [8, 8, 4, 2] as const,
];
const mask = maskOf([10, 10, 5], lps, marks);

test("volumes, percents and lesions, worked by hand", () => {
  const { columns, lesions } = measureLabels(mask, known);
  expect(columns).toEqual({
    ...unstudied,
    liver_ml: expect.closeTo(0.15, 12),
    tumour_ml: expect.closeTo(0.05, 12),
    lesion_count: 2,
    largest_lesion_ml: expect.closeTo(0.03, 12),
    longest_axial_diameter_mm: expect.closeTo(Math.sqrt(1 ** 2 + 2 ** 2), 12),
  });
  expect(lesions).toMatchObject([
    {
      lesion: 1,
      voxels: 3,
      volume_ml: expect.closeTo(0.03, 12),
      x_mm: 10 - 3, // mean i = (2 + 3 + 4) / 3
      y_mm: expect.closeTo(20 - (2 * 11) / 3, 12), // mean j = (3 + 4 + 4) / 3
      z_mm: expect.closeTo(30 + (5 * 5) / 3, 12), // mean k = (1 + 2 + 2) / 3
      slice: 2,
      // Slice 2 holds two voxels side by side, 2 × 2 mm together: from the middle of the one's front
      // boundary to the middle of the other's back, 1 mm aside and 2 mm deep.
      axial_slice: 2,
      longest_axial_diameter_mm: expect.closeTo(Math.sqrt(1 ** 2 + 2 ** 2), 12),
    },
    {
      lesion: 2,
      voxels: 2,
      volume_ml: expect.closeTo(0.02, 12),
      x_mm: 2,
      y_mm: 4,
      z_mm: 30 + 5 * 3.5,
      slice: 3, // as many voxels in 3 as in 4: the lower
    },
  ]);
});

/** The same but for rounding. */
const closeTo = <Row extends object>(row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "number" ? expect.closeTo(value, 9) : value,
    ]),
  ) as Row;

describe("however the same mask is stored", () => {
  const expected = measureLabels(mask, known);
  test.each(["RAS", "LAS", "LPI", "SAR", "PIR"])("%s", (codes) => {
    const stored = reorient(mask, codes);
    expect(axisCodes(stored.affine)).toBe(codes);
    expect(measureLabels(stored, known)).toEqual({
      columns: closeTo(expected.columns),
      lesions: expected.lesions.map((lesion) => ({
        ...closeTo(lesion),
        // Of several equally long lines, which one is found depends on the order of the voxels.
        longest_axial_ends_voxel: expect.any(String),
        perpendicular_axial_ends_voxel: expect.any(String),
        longest_3d_ends_voxel: expect.any(String),
      })),
    });
  });
});

test("unknown spacing: no mm, no mL; the rest as before", () => {
  const { columns, lesions } = measureLabels(mask, { spacingKnown: false });
  expect(columns).toMatchObject({ liver_ml: null, tumour_ml: null });
  expect(lesions[0]).toEqual({
    ...Object.fromEntries(Object.keys(lesionColumns).map((name) => [name, null])),
    case: "volume-1",
    lesion: 1,
    voxels: 3,
    volume_ml: null,
    x_mm: null,
    y_mm: null,
    z_mm: null,
    slice: 2,
  });
});

test("an oblique mask: the volume is the determinant's", () => {
  // 0.6 of the second axis leans into the first: still 1 × 2 × 5 mm³, though its norm is above 2.
  const leaning = lps.map((value, cell) => (cell === 1 ? 0.6 : value));
  expect(measureLabels({ ...mask, affine: leaning }, known).columns.liver_ml).toBeCloseTo(0.15, 12);
});

test("no tumour, no liver, nothing", () => {
  const healthy = maskOf([4, 4, 4], lps, [[0, 0, 0, 1]]);
  expect(measureLabels(healthy, known)).toEqual({
    columns: {
      ...unstudied,
      liver_ml: 0.01,
      tumour_ml: 0,
      lesion_count: 0,
    },
    lesions: [],
  });
  const nothing = maskOf([4, 4, 4], lps, [[0, 0, 0, 7]]);
  expect(measureLabels(nothing, known).columns).toEqual({
    ...unstudied,
    liver_ml: 0,
    tumour_ml: 0,
    lesion_count: 0,
  });
  const allTumour = maskOf([1, 1, 1], lps, [[0, 0, 0, 2]]);
  expect(measureLabels(allTumour, known).columns).toMatchObject({
    liver_ml: 0.01,
    tumour_ml: 0.01,
    lesion_count: 1,
  });
});

test("a mask of any integer type", () => {
  const voxels = Int16Array.from(mask.voxels, (label) => (label === 3 ? -7 : label));
  expect(measureLabels({ ...mask, voxels }, known)).toEqual(measureLabels(mask, known));
});

test("a case: the mask lies on the scan, whose millimetres count", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hepar-study-"));
  const scanPath = join(folder, "volume-1.nii");
  const maskPath = join(folder, "segmentation-1.nii.gz");
  const voxels = new Int16Array(500).fill(-1000);
  await writeNifti(scanPath, {
    kind: "ct",
    dims: mask.dims,
    affine: lps,
    affineFrom: "sform",
    voxels,
  });
  // Half a millimetre beside the scan: within the tolerance.
  const beside = lps.map((value, cell) => (cell === 3 ? value + 0.5 : value));
  await writeNifti(maskPath, { ...mask, affine: beside });
  const row = await catalogueCase({ case: "volume-1", scanPath, maskPath });
  const { columns, lesions } = await studyCase(row);
  expect(row.problem).toBe(null);
  const air = { mean: -1000, sd: 0, p10: -1000, p25: -1000, median: -1000, p75: -1000, p90: -1000 };
  expect(columns).toEqual({
    ...measureLabels(mask, known).columns,
    ...Object.fromEntries(
      ["scan", "liver", "tumour"].flatMap((part) =>
        Object.entries(air).map(([name, value]) => [`${part}_${name}_hu`, value]),
      ),
    ),
  });
  expect(lesions.map((lesion) => [lesion.case, lesion.x_mm])).toEqual([
    ["volume-1", 7],
    ["volume-1", 2],
  ]);

  expect(lesions[0]).toMatchObject({ mean_hu: -1000, sd_hu: 0, max_hu: -1000 });

  const unknown = await studyCase({ ...row, spacing_x_mm: null });
  expect(unknown.columns).toMatchObject({ liver_ml: null, lesion_count: 2 });
  for (const unusable of [{ mask_source: null }, { problem: "scan volume-1.nii: cut off" }]) {
    expect(await studyCase({ ...row, ...unusable })).toEqual({
      columns: unstudied,
      lesions: [],
    });
  }
  await rm(folder, { recursive: true });
});

const data = resolve(import.meta.dirname, "../../../shared/data");
const slices = join(data, "lits-slices-256");

test.skipIf(!existsSync(slices))(
  "real LiTS slices: the label counts of their summary",
  async () => {
    const summary = JSON.parse(readFileSync(join(slices, "summary.json"), "utf8")) as Record<
      string,
      { n: number; liver: number; tumour: number }
    >;
    expect(Object.keys(summary)).toHaveLength(19);
    for (const [number, { n, liver, tumour }] of Object.entries(summary)) {
      const read = await readLabels(join(slices, `segmentation-${number}.nii.gz`));
      const { lesions } = measureLabels(read, { spacingKnown: false });
      const shares = tumourShares(countLabels(read.voxels));
      expect(shares.has_tumour).toBe(tumour > 0);
      expect(shares.tumour_percent).toBeCloseTo((100 * tumour) / (256 * 256 * n), 10);
      expect(shares.tumour_percent_of_liver).toBeCloseTo((100 * tumour) / (liver + tumour), 10);
      expect(lesions.reduce((sum, { voxels }) => sum + voxels, 0)).toBe(tumour);
    }
  },
);

interface OracleMask {
  readonly file: string;
  readonly liverMl: number;
  readonly tumourMl: number;
  readonly lesions: readonly {
    readonly voxels: number;
    readonly volumeMl: number;
    readonly centroidMm: readonly number[];
    readonly slice: number;
  }[];
}

const official = join(data, "nifti/lits-official");
const oracle = resolve(import.meta.dirname, "../../test/oracle/study/lesions.json");

test.skipIf(!existsSync(official))("official LiTS labels: scipy's lesions", async () => {
  for (const expected of JSON.parse(readFileSync(oracle, "utf8")) as readonly OracleMask[]) {
    const read = await readLabels(join(official, `${expected.file}.nii.gz`));
    const { columns, lesions } = measureLabels(read, known);
    expect(columns.liver_ml).toBeCloseTo(expected.liverMl, 6);
    expect(columns.tumour_ml).toBeCloseTo(expected.tumourMl, 6);
    expect(columns.lesion_count).toBe(expected.lesions.length);
    const inOrder = lesions.toSorted(
      (a, b) => b.voxels - a.voxels || (a.z_mm ?? 0) - (b.z_mm ?? 0),
    );
    inOrder.forEach((lesion, index) => {
      const { voxels, volumeMl, centroidMm, slice } = expected.lesions[index];
      expect([lesion.voxels, lesion.slice]).toEqual([voxels, slice]);
      expect(lesion.volume_ml).toBeCloseTo(volumeMl, 8);
      [lesion.x_mm, lesion.y_mm, lesion.z_mm].forEach((position, axis) => {
        expect(position).toBeCloseTo(centroidMm[axis], 3);
      });
    });
  }
});
