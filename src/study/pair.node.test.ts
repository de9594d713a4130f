import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTable } from "../catalog/index.node.ts";
import { writeNifti } from "../volume/index.node.ts";
import type { Affine, CtVolume, LabelVolume } from "../volume/index.ts";
import { lesionColumns } from "./lesion-row.ts";
import { measurementJson } from "./measurement-json.ts";
import { measurementLines } from "./measurement-text.ts";
import { measureMaskFile, measurePair, writeLesions } from "./pair.node.ts";

let folder: string;
const path = (name: string): string => join(folder, name);

// 12 × 8 × 4 voxels of 1 × 2 × 5 mm, LPS; a liver of 10 × 6 × 4 within, and in it a lesion of 3 × 1 × 1.
const affine: Affine = [-1, 0, 0, 0, 0, -2, 0, 0, 0, 0, 5, 100, 0, 0, 0, 1];
const grid = { dims: [12, 8, 4], affine, affineFrom: "sform" } as const;
const isLiver = (i: number, j: number): boolean => i >= 1 && i <= 10 && j >= 1 && j <= 6;
const labelAt = (n: number): number => {
  const [i, j, k] = [n % 12, Math.floor(n / 12) % 8, Math.floor(n / 96)];
  if (i >= 3 && i <= 5 && j === 3 && k === 2) return 2;
  return isLiver(i, j) ? 1 : 0;
};
const mask: LabelVolume = {
  kind: "labels",
  ...grid,
  voxels: Uint8Array.from({ length: 384 }, (_, n) => labelAt(n)),
};
const scan: CtVolume = {
  kind: "ct",
  ...grid,
  voxels: Int16Array.from(mask.voxels, (label, n) => [-1000, 100, 40 + 10 * (n % 12)][label]),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-measure-"));
  await writeNifti(path("scan.nii.gz"), scan);
  await writeNifti(path("mask.nii.gz"), mask);
  const { affine: _, ...turned } = mask;
  await writeNifti(path("mirrored.nii.gz"), {
    ...turned,
    affine: affine.map((value, cell) => (cell === 0 ? 1 : cell === 3 ? -11 : value)),
  });
  const one: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  await writeNifti(path("unknown.nii.gz"), { ...mask, affine: one });
});
afterAll(() => rm(folder, { recursive: true }));

const pair = () => measurePair({ scan: path("scan.nii.gz"), mask: path("mask.nii.gz") }, {});

test("every field of the contract, worked by hand", async () => {
  const { measurement, warnings } = await pair();
  expect(measurementJson(measurement)).toMatchObject({
    dims: [12, 8, 4],
    spacingMm: [1, 2, 5],
    labels: { "0": 144, "1": 237, "2": 3 },
    connectivity: 26,
    diametersBetween: "boundaries",
    liver: { volumeMl: 2.4, hu: { meanHu: 100, sdHu: 0 } },
    tumour: { volumeMl: expect.closeTo(0.03, 12), burdenPercent: 1.25, lesionCount: 1 },
    lesions: [
      {
        id: 1,
        voxels: 3,
        volumeMl: expect.closeTo(0.03, 12),
        longestAxialDiameterMm: 3,
        perpendicularAxialDiameterMm: 2,
        axialSlice: 2,
        // From half a voxel below the left voxel to half a voxel above the right: 2 mm and 5 mm.
        longest3dDiameterMm: expect.closeTo(Math.hypot(2, 5), 12),
        meanHu: 80, // 70, 80, 90
        sdHu: expect.closeTo(Math.sqrt(200 / 3), 12),
        hu: { medianHu: 80, p10Hu: 72, p90Hu: 88 },
        centroidMm: [-4, -6, 110],
        // The liver is ten voxels wide: 65 % from the right (i = 1) ends with the seventh, x = −7.
        side: "right",
        rightOfDivideMm: expect.closeTo(3, 1),
        // Its left end is two voxels from the liver's last at i = 1; front and back are 2 · 2 mm away.
        distanceToLiverSurfaceMm: 2,
        touchesLiverSurface: false,
        longestAxialDiameterEnds: {
          voxel: [
            [2.5, 3, 2],
            [5.5, 3, 2],
          ],
          mm: [
            [-2.5, -6, 110],
            [-5.5, -6, 110],
          ],
        },
      },
    ],
  });
  expect(warnings.map(({ code }) => code)).not.toContain("spacing-unknown");
});

test("a mask alone: the same sizes, no intensities", async () => {
  const { measurement } = await measureMaskFile(path("mask.nii.gz"), {});
  const { measurement: whole } = await pair();
  expect(measurement).toEqual({
    ...whole,
    scanHu: null,
    liverHu: null,
    tumourHu: null,
    lesions: whole.lesions.map((lesion) => ({ ...lesion, hu: null })),
  });
});

test("unknown spacing: no mm, said in words", async () => {
  const { measurement, warnings } = await measureMaskFile(path("unknown.nii.gz"), {});
  expect(warnings).toMatchObject([{ code: "spacing-unknown" }]);
  expect(measurementJson(measurement)).toMatchObject({
    spacingMm: null,
    liver: { volumeMl: null },
    tumour: { volumeMl: null, burdenPercent: 1.25 },
    lesions: [{ volumeMl: null, longestAxialDiameterMm: null, centroidMm: null, largestSlice: 2 }],
  });
  expect(measurementLines(measurement, { width: 100 })).toEqual([
    "voxels   12 × 8 × 4 of a size that the file does not tell: no mm and no mL, sizes are in voxels",
    "labels   0:144 1:237 2:3",
    "liver    240 voxels with its tumours",
    "tumour   3 voxels, 1.25 % of the liver",
    "lesions  1, 26-connected",
    "",
    "#  voxels  slice",
    "1       3      2",
  ]);
});

test("a mirrored mask is refused, not measured: which file, and what to do", async () => {
  const files = { scan: path("scan.nii.gz"), mask: path("mirrored.nii.gz") };
  await expect(measurePair(files, {})).rejects.toMatchObject({
    code: "geometry.orientation",
    message: "the mask's axes run in other directions than its scan's: expected LPS, got RPS",
    file: path("mirrored.nii.gz"),
    hint: "save the mask again on the scan's own grid, with the scan's header",
  });
});

test("a scan as its own mask, or as a mask alone, is refused: it holds no labels", async () => {
  const grey = { ...scan, voxels: scan.voxels.map((hu, n) => hu + ((n * 7919) % 300)) };
  await writeNifti(path("grey.nii.gz"), grey);
  const refusal = {
    code: "labels.value",
    message: expect.stringContaining("different values from -1000 to"),
    file: path("grey.nii.gz"),
    hint: expect.stringMatching(/./),
  };
  const files = { scan: path("scan.nii.gz"), mask: path("grey.nii.gz") };
  await expect(measurePair(files, {})).rejects.toMatchObject(refusal);
  const one = { scan: path("grey.nii.gz"), mask: path("grey.nii.gz") };
  await expect(measurePair(one, {})).rejects.toMatchObject({
    code: "input.ambiguous",
    message: "scan and mask are one file: expected two, the CT and the labels drawn on it",
    file: path("grey.nii.gz"),
    hint: "name the mask's own file; leave it out where the scan has none",
  });
  await expect(measureMaskFile(path("grey.nii.gz"), {})).rejects.toMatchObject(refusal);
});

test("many labels are counted in the lines, and listed in JSON", async () => {
  // Runs of 12 voxels, as organs have them: labels 0 to 31.
  const organs = {
    ...mask,
    voxels: Uint8Array.from({ length: 384 }, (_, n) => Math.floor(n / 12)),
  };
  await writeNifti(path("organs.nii.gz"), organs);
  const { measurement } = await measureMaskFile(path("organs.nii.gz"), {});
  expect(measurementLines(measurement, { width: 80 })[1]).toBe(
    "labels   0:12 1:12 2:12 3:12 4:12 5:12 6:12 7:12 and 24 more, of 288 voxels together",
  );
  expect(Object.keys(measurementJson(measurement).labels)).toHaveLength(32);
});

test("no liver, no tumour: said in words", async () => {
  await writeNifti(path("empty.nii.gz"), { ...mask, voxels: new Uint8Array(384) });
  const { measurement } = await measureMaskFile(path("empty.nii.gz"), {});
  expect(measurementLines(measurement, { width: 80 }).slice(1)).toEqual([
    "labels   0:384",
    "liver    0.0 mL with its tumours",
    "tumour   0.00 mL, no liver is marked",
    "lesions  0",
  ]);
});

test("a file that is not there, scan or mask", async () => {
  for (const name of ["scan", "mask"]) {
    const files = { scan: path("scan.nii.gz"), mask: path("mask.nii.gz"), [name]: path("gone") };
    await expect(measurePair(files, {})).rejects.toMatchObject({
      code: "input.missing",
      message: "there is no such file",
      file: path("gone"),
      hint: "check the path",
    });
  }
});

test("between centres, and other connectivities", async () => {
  const files = { scan: path("scan.nii.gz"), mask: path("mask.nii.gz") };
  const { measurement } = await measurePair(files, { between: "centres", connectivity: 6 });
  expect(measurementJson(measurement)).toMatchObject({
    connectivity: 6,
    lesions: [
      { longestAxialDiameterMm: 2, perpendicularAxialDiameterMm: 0, longest3dDiameterMm: 2 },
    ],
  });
});

test("the lines fit, however narrow", async () => {
  const { measurement } = await pair();
  expect(measurementLines(measurement, { width: 100 })).toEqual([
    "voxels   12 × 8 × 4 of 1.00 × 2.00 × 5.00 mm",
    "labels   0:144 1:237 2:3",
    "liver    2.4 mL with its tumours; without them 100 ± 0 HU, median 100",
    "tumour   0.03 mL, 1.25 % of the liver; 80 ± 8 HU, median 80",
    "lesions  1, 26-connected; diameters between voxel boundaries",
    "",
    "#    mL  voxels   axial mm  slice  3D mm  sphericity      HU   side  to surface mm",
    expect.stringMatching(
      /^1 {2}0\.03 {7}3 {2}3\.0 × 2\.0 {6}2 {4}5\.4 {8}0\.\d\d {2}80 ± 8 {2}right {12}2\.0$/,
    ),
  ]);
  const narrow = measurementLines(measurement, { width: 40 }).slice(6);
  expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(40);
});

test("the table holds what was measured", async () => {
  const { measurement } = await pair();
  for (const name of ["lesions.csv", "lesions.parquet"]) {
    await writeLesions(path(name), { measurement, name: "scan" });
    const [row] = await readTable(path(name), lesionColumns);
    expect(row).toMatchObject({
      case: "scan",
      longest_axial_diameter_mm: 3,
      mean_hu: 80,
      touches_liver_surface: false,
      longest_axial_ends_voxel: "[[2.5,3,2],[5.5,3,2]]",
    });
  }
});
