import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readLabels } from "../volume/index.node.ts";
import { identityAffine, type LabelVolume } from "../volume/index.ts";
import { scoreLitsCase } from "./lits.ts";
import { detectLits } from "./lits-detection.ts";
import { summariseLits } from "./lits-summary.ts";
import { scorePair } from "./pair-scores.ts";

const folder = fileURLToPath(new URL("../../../shared/data/nifti/lits-official/", import.meta.url));
const isThere = existsSync(`${folder}answers.json`);

/** Names under which the rerun's answers stand, but rvd, which its MedPy has on the inverse. */
const sameAsRerun = [
  ...["precision", "recall", "precision_greater_zero", "recall_greater_zero"],
  ...["dice", "jaccard", "voe", "rvd", "assd", "rmsd", "msd", "dice_per_case", "dice_global"],
].map((name) => `lesion_${name}`);
const liverNames = [
  "dice",
  "jaccard",
  "voe",
  "assd",
  "rmsd",
  "msd",
  "dice_per_case",
  "dice_global",
];

test.skipIf(!isThere)(
  "two real cases: every printed digit of the official scorer",
  { timeout: 60_000 },
  async () => {
    const answers = JSON.parse(await readFile(`${folder}answers.json`, "utf8"));
    const cases = [];
    for (const name of ["0", "1"]) {
      const reference = await readLabels(`${folder}reference-segmentation-${name}.nii.gz`);
      const prediction = await readLabels(`${folder}submission-segmentation-${name}.nii.gz`);
      cases.push(scoreLitsCase(reference, prediction));
      const { liver, tumour } = scorePair(reference, prediction);
      const { published_tumour_scores: published, ...known } = answers.cases[name];
      expect(liver).toMatchObject({ dice: known.liver.dice, voe: known.liver.voe });
      expect(tumour.dice?.toFixed(6)).toBe(published.dice.toFixed(6));
      expect(tumour.voe?.toFixed(6)).toBe(published.voe.toFixed(6));
      expect(tumour.rvd?.toFixed(6)).toBe(published.rvd.toFixed(6));
    }
    const summary = summariseLits(cases);
    const printed = answers.official_scorer_2017_rerun;
    const names = [...sameAsRerun, ...liverNames.map((name) => `liver_${name}`)];
    for (const name of [...names, "RMSE_Tumorburden", "MAXERROR_Tumorburden"]) {
      expect(`${name} ${summary[name]?.toFixed(3)}`).toBe(`${name} ${printed[name].toFixed(3)}`);
    }
    // The rerun's MedPy gives (reference − predicted) / predicted.
    const inverse = cases.map(({ liver: { rvd } }) => 1 / (1 + rvd) - 1);
    expect(((inverse[0] + inverse[1]) / 2).toFixed(3)).toBe(printed.liver_rvd.toFixed(3));
  },
);

const row = (...voxels: number[]): LabelVolume => ({
  kind: "labels",
  dims: [voxels.length, 1, 1],
  affine: identityAffine,
  affineFrom: "sform",
  voxels: Uint8Array.from(voxels),
});

test("one prediction across two lesions merges them; at 0.5 it is detected and counts once", () => {
  // Reference lesions of 2 and 2 voxels, a prediction of 5 over both: IoU 4 / 5.
  const { detection, lesions } = scoreLitsCase(row(1, 2, 2, 1, 2, 2, 1), row(1, 2, 2, 2, 2, 2, 1));
  expect(detection.above50).toEqual({ truePositives: 1, falsePositives: 0, falseNegatives: 1 });
  expect(lesions).toHaveLength(1);
  expect(lesions[0]).toMatchObject({ dice: 8 / 9, rvd: 1 / 4 });
});

test("a merged pair that is not detected takes off as many as were merged", () => {
  const pairs = [
    { reference: 0, predicted: 0, common: 1, iou: 0.05 },
    { reference: 1, predicted: 0, common: 1, iou: 0.05 },
  ];
  const overlap = { referenceSizes: [2, 2], predictedSizes: [20], pairs };
  expect(detectLits(overlap, 0)).toEqual({
    detected: 1,
    objects: [{ references: [0, 1], predictions: [0], common: 2 }],
  });
  expect(detectLits(overlap, 0.5)).toEqual({ detected: -1, objects: [] });
});

/** Twenty thousand single voxels, every fourth one, moved by one in the prediction's second half. */
function noise(moved: boolean): LabelVolume {
  const voxels = new Uint8Array(80_000);
  for (let at = 0; at < voxels.length; at += 4) voxels[at + (moved && at > 40_000 ? 1 : 0)] = 2;
  voxels[3] = 1;
  return { ...row(), dims: [80_000, 1, 1], voxels };
}

test("masks of noise take no longer than they must", { timeout: 20_000 }, () => {
  const { detection } = scoreLitsCase(noise(false), noise(true));
  expect(detection.above50).toEqual({
    truePositives: 10_001,
    falsePositives: 9_999,
    falseNegatives: 9_999,
  });
  expect(scorePair(noise(false), noise(true)).lesions).toHaveLength(40_000);
});

test("where the scorer crashes: no lesion in the reference, no liver, no prediction", () => {
  const healthy = scoreLitsCase(row(0, 1, 1, 1), row(0, 1, 1, 2));
  expect(healthy.detection.above0).toEqual({
    truePositives: 0,
    falsePositives: 1,
    falseNegatives: 0,
  });
  expect(scoreLitsCase(row(0, 0, 0), row(0, 1, 2)).burdenDifference).toBeNull();
  const missed = scoreLitsCase(row(0, 1, 2), undefined);
  expect(missed).toMatchObject({ lesionDice: 0, liverDice: 0, liver: { voe: 1, msd: 9001 } });
  expect(summariseLits([missed])).toMatchObject({ lesion_recall: 0, lesion_assd: 9001 });
  expect(summariseLits([])).toEqual({});
});
