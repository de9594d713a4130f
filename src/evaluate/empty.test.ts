import { expect, test } from "vitest";
import { type Affine, identityAffine, type LabelVolume } from "../volume/index.ts";
import { scorePair } from "./pair-scores.ts";

const affine: Affine = [3, 0, 0, 7, 0, 4, 0, 7, 0, 0, 1, 7, ...identityAffine.slice(12)];

const row = (...labels: number[]): LabelVolume => ({
  kind: "labels",
  dims: [labels.length, 1, 1],
  affine,
  affineFrom: "sform",
  voxels: Uint8Array.from(labels),
});

// 4 voxels of 3 × 4 × 1 mm.
const diagonal = Math.hypot(12, 4, 1);

test("a missed structure is the worst there is: no overlap, and the scan's diagonal", () => {
  const { tumour, lesions } = scorePair(row(0, 1, 2, 1), row(0, 1, 1, 1));
  expect(tumour).toMatchObject({ dice: 0, iou: 0, voe: 1, rvd: -1, nsd: 0, distances: "worst" });
  for (const name of ["assdMm", "rmsdMm", "msdMm", "hd95Mm"] as const) {
    expect(tumour[name]).toBe(diagonal);
  }
  expect(lesions).toMatchObject([{ side: "reference", overlaps: false, match: null, iou: 0 }]);
});

test("an invented structure is the worst too, and its RVD not defined", () => {
  const { tumour } = scorePair(row(0, 1, 1, 1), row(0, 1, 2, 1));
  expect(tumour).toMatchObject({ dice: 0, rvd: null, hd95Mm: diagonal, distances: "worst" });
});

test("what neither has is not defined", () => {
  const { tumour, burdenPercent } = scorePair(row(0, 1, 1, 1), row(0, 1, 1, 0));
  expect(tumour).toMatchObject({ dice: null, voe: null, rvd: null, nsd: null, assdMm: null });
  expect(tumour.distances).toBe("both empty");
  expect(burdenPercent).toEqual({ reference: 0, predicted: 0 });
});

test("no prediction misses everything, also a tumour that is not there", () => {
  const { tumour, liver, burdenPercent } = scorePair(row(0, 1, 1, 1), undefined);
  expect(liver).toMatchObject({ dice: 0, distances: "worst" });
  expect(tumour).toMatchObject({ dice: 0, nsd: 0, msdMm: diagonal, distances: "worst" });
  expect(burdenPercent).toEqual({ reference: 0, predicted: null });
});

test("nothing at all in either", () => {
  const { liver, burdenPercent } = scorePair(row(0, 0), row(0, 0));
  expect(liver.dice).toBeNull();
  expect(burdenPercent).toEqual({ reference: null, predicted: null });
});

test("an unknown spacing gives overlaps and no millimetres", () => {
  const unknown = (...labels: number[]): LabelVolume => ({
    ...row(...labels),
    affine: identityAffine,
    affineFrom: "default",
  });
  const { tumour, lesions } = scorePair(unknown(0, 1, 2, 2), unknown(0, 1, 1, 2));
  expect(tumour).toMatchObject({ dice: 2 / 3, assdMm: null, nsd: null });
  expect(tumour.distances).toBe("spacing unknown");
  expect(lesions[0]).toMatchObject({ volume_ml: null, longest_axial_diameter_mm: null });
});

test("lesions: any overlap is found, the best IoU is matched one to one", () => {
  // Reference lesions of 1 and 3 voxels, predictions of 2 and 2: IoU 1/2, 2/3.
  const { lesions } = scorePair(row(2, 1, 1, 2, 2, 2, 1), row(2, 2, 1, 1, 2, 2, 1));
  expect(lesions.map(({ side, voxels, match, iou }) => [side, voxels, match, iou])).toEqual([
    ["reference", 1, 1, 1 / 2],
    ["reference", 3, 2, 2 / 3],
    ["prediction", 2, 1, 1 / 2],
    ["prediction", 2, 2, 2 / 3],
  ]);
  // 3 voxels of 3 mm, from boundary to boundary.
  expect(lesions[1].longest_axial_diameter_mm).toBeCloseTo(9, 9);
});
