import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Affine, identityAffine, type LabelVolume, type Triple } from "../volume/index.ts";
import { bcaInterval } from "./bootstrap.ts";
import { rowsOf } from "./case-row.ts";
import { scoreLitsCase } from "./lits.ts";
import { normalAt, normalBelow } from "./normal.ts";
import { scorePair } from "./pair-scores.ts";
import { permutationP } from "./paired-test.ts";

const oracle: Oracle = JSON.parse(
  readFileSync(new URL("../../test/oracle/evaluate/peers.json", import.meta.url), "utf8"),
);

type Numbers<Name extends string> = Readonly<Record<Name, number>>;

interface Oracle {
  readonly pairs: readonly {
    readonly dims: readonly number[];
    readonly spacing: readonly number[];
    readonly tolerance: number;
    readonly reference: string;
    readonly prediction: string;
    readonly medpy: Numbers<"assd" | "rmsd" | "msd" | "dice" | "jaccard">;
    readonly elements: Numbers<"assd" | "rmsd" | "msd" | "hd95" | "nsd">;
    readonly monai: Numbers<"dice" | "iou" | "nsd">;
    readonly panoptica: Numbers<"pq" | "sq" | "rq" | "tp" | "fp" | "fn">;
  }[];
  readonly statistics: {
    readonly cdf: readonly [number, number][];
    readonly ppf: readonly [number, number][];
    readonly bca: Numbers<"low" | "high"> & {
      readonly values: readonly number[];
      readonly draws: readonly number[];
    };
    readonly permutation: Numbers<"p"> & { readonly differences: readonly number[] };
  };
}

const random = { below: () => 0 } as never; // exact: no chance is asked for

const maskOf = (bits: string, dims: Triple, [x, y, z]: Triple): LabelVolume => {
  const bytes = Buffer.from(bits, "hex");
  const affine: Affine = [x, 0, 0, -50, 0, y, 0, -60, 0, 0, z, -70, ...identityAffine.slice(12)];
  const voxels = Uint8Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, at) =>
    (bytes[at >> 3] >> (7 - (at & 7))) & 1 ? 2 : 0,
  );
  return { kind: "labels", dims, affine, affineFrom: "sform", voxels };
};

const triple = ([a, b, c]: readonly number[]): Triple => [a, b, c];

test.each(oracle.pairs.map((pair, index) => [index, pair] as const))(
  "pair %i: surface-distance's and MONAI's numbers, and panoptica's",
  (_, pair) => {
    const [dims, spacing] = [triple(pair.dims), triple(pair.spacing)];
    const reference = maskOf(pair.reference, dims, spacing);
    const prediction = maskOf(pair.prediction, dims, spacing);
    const scores = scorePair(reference, prediction, { toleranceMm: pair.tolerance });
    const { tumour } = scores;
    expect(tumour.assdMm).toBeCloseTo(pair.elements.assd, 9);
    expect(tumour.rmsdMm).toBeCloseTo(pair.elements.rmsd, 9);
    expect(tumour.msdMm).toBeCloseTo(pair.elements.msd, 9);
    expect(tumour.hd95Mm).toBeCloseTo(pair.elements.hd95, 9);
    expect(tumour.nsd).toBeCloseTo(pair.elements.nsd, 12);
    // MONAI in float32.
    expect(tumour.nsd).toBeCloseTo(pair.monai.nsd, 5);
    expect(tumour.dice).toBeCloseTo(pair.monai.dice, 6);
    expect(tumour.iou).toBeCloseTo(pair.monai.iou, 6);
    const { row } = rowsOf({ case: "a", status: "scored" }, scores);
    // An IoU of exactly 0.5 is a match to panoptica, not to us (nor to Kirillov et al.).
    const ties = scores.lesions.filter(({ side, iou }) => side === "reference" && iou === 0.5);
    const { tp, fp, fn, pq, sq, rq } = pair.panoptica;
    expect(row.matched_lesions + ties.length).toBe(tp);
    expect([row.reference_lesions, row.predicted_lesions]).toEqual([tp + fn, tp + fp]);
    if (ties.length > 0) return;
    expect(row.lesion_rq).toBeCloseTo(rq, 9);
    expect(row.lesion_sq).toBeCloseTo(sq, 9);
    expect(row.lesion_pq).toBeCloseTo(pq, 9);
  },
);

test.each(oracle.pairs.map((pair, index) => [index, pair] as const))(
  "pair %i in LiTS mode: MedPy's distances between edge voxels",
  (_, pair) => {
    const [dims, spacing] = [triple(pair.dims), triple(pair.spacing)];
    // As a liver, whose distances the scorer gives as a whole.
    const liver = (bits: string): LabelVolume => {
      const mask = maskOf(bits, dims, spacing);
      return { ...mask, voxels: mask.voxels.map((label) => (label === 2 ? 1 : 0)) };
    };
    const scores = scoreLitsCase(liver(pair.reference), liver(pair.prediction)).liver;
    expect(scores.assd).toBeCloseTo(pair.medpy.assd, 9);
    expect(scores.rmsd).toBeCloseTo(pair.medpy.rmsd, 9);
    expect(scores.msd).toBeCloseTo(pair.medpy.msd, 9);
    expect(scores.dice).toBeCloseTo(pair.medpy.dice, 12);
    expect(scores.jaccard).toBeCloseTo(pair.medpy.jaccard, 12);
  },
);

test("statistics: scipy's", () => {
  const { cdf, ppf, bca, permutation } = oracle.statistics;
  for (const [x, share] of cdf) expect(normalBelow(x)).toBeCloseTo(share, 12);
  for (const [share, x] of ppf) expect(normalAt(share)).toBeCloseTo(x, 8);
  const mean = (of: readonly number[]): number => of.reduce((sum, v) => sum + v, 0) / of.length;
  const without = bca.values.map((_, left) => mean(bca.values.filter((__, n) => n !== left)));
  const interval = bcaInterval(mean(bca.values), bca.draws, without);
  expect(interval?.low).toBeCloseTo(bca.low, 9);
  expect(interval?.high).toBeCloseTo(bca.high, 9);
  expect(permutationP(permutation.differences, { random })).toBeCloseTo(permutation.p, 12);
});
