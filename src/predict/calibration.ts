import { z } from "zod";

/** What of a predicted lesion tells whether it is real, in this order. */
const lesionFeatureNames = [
  "meanTumourProbability",
  "maxTumourProbability",
  "logVolume",
  "agreement",
] as const;

/** A lesion whose truth is known. */
export interface LesionExample {
  /** Mean and largest tumour probability, ln of the volume in mL, agreement. */
  readonly features: readonly number[];
  readonly isReal: boolean;
  readonly patient: string;
}

const bin = z.object({
  from: z.number(),
  to: z.number(),
  lesions: z.number().int(),
  /** Mean of what was said; null in an empty bin. */
  predicted: z.number().nullable(),
  /** Share that was real. */
  observed: z.number().nullable(),
});

const reliabilitySchema = z.object({
  lesions: z.number().int(),
  real: z.number().int(),
  /** Σ over bins of their share · |observed − predicted|. */
  ece: z.number(),
  /** Mean squared difference of probability and truth. */
  brier: z.number(),
  /** The same of a constant: the share of real ones among these very lesions. */
  brierOfConstant: z.number(),
  bins: z.array(bin),
});

export type Reliability = z.infer<typeof reliabilitySchema>;

/** How a lesion's features become a probability: models/<model>/lesions.json. */
export const calibrationSchema = z.object({
  format: z.literal("hepar-lesions/1"),
  features: z.array(z.enum(lesionFeatureNames)),
  /** Features are standardised by these first. */
  means: z.array(z.number()),
  sds: z.array(z.number().positive()),
  weights: z.array(z.number()),
  intercept: z.number(),
  lesions: z.number().int(),
  patients: z.number().int(),
  /** The cases it was fitted on: set aside from training (`--watch`), or held out. */
  fittedOn: z.enum(["set-aside", "held-out"]),
  /** On patients that the fit did not see: held out, or each left out in turn. */
  reliability: reliabilitySchema.nullable(),
});

export type Calibration = z.infer<typeof calibrationSchema>;

type Fit = Pick<Calibration, "features" | "means" | "sds" | "weights" | "intercept">;

/** Strength of the ridge on the standardised weights: a few lesions must not be certain. */
const ridge = 1;

/**
 * Logistic regression with a ridge, by Newton's method: p = σ(b + Σ w (x − mean) / sd), minimising
 * Σ −ln p(truth) + ½ · ridge · Σ w². Without both kinds of lesions the weights are 0 and the intercept is
 * that of (real + 1) / (lesions + 2).
 *
 * @see sklearn.linear_model.LogisticRegression(C=1 / ridge) on standardised features: equal
 *   (test/oracle/predict)
 */
export function fitLesions(examples: readonly LesionExample[]): Fit {
  const features = [...lesionFeatureNames];
  const means = features.map((_, f) => meanOf(examples.map((example) => example.features[f])));
  const sds = features.map((_, f) => {
    const squares = examples.map((example) => (example.features[f] - means[f]) ** 2);
    return Math.sqrt(meanOf(squares)) || 1;
  });
  const real = examples.filter(({ isReal }) => isReal).length;
  const zeros = features.map(() => 0);
  if (real === 0 || real === examples.length) {
    const share = (real + 1) / (examples.length + 2);
    return { features, means, sds, weights: zeros, intercept: Math.log(share / (1 - share)) };
  }
  // [1, standardised features…]
  const rows = examples.map((example) => [1, ...standardised(example.features, { means, sds })]);
  let beta = [0, ...zeros];
  for (let step = 0; step < 100; step++) {
    const change = newtonStep(rows, examples, beta);
    beta = beta.map((value, n) => value - change[n]);
    if (Math.max(...change.map(Math.abs)) < 1e-10) break;
  }
  const [intercept, ...weights] = beta;
  return { features, means, sds, weights, intercept };
}

/** How likely a lesion is real, 0 to 1. */
export function lesionProbability(features: readonly number[], fit: Fit): number {
  const x = standardised(features, fit);
  return sigmoid(x.reduce((sum, value, n) => sum + value * fit.weights[n], fit.intercept));
}

/** What is said of each lesion by a fit on the other patients' alone; null where there is one patient. */
export function leftOutProbabilities(examples: readonly LesionExample[]): number[] | null {
  const patients = new Set(examples.map(({ patient }) => patient));
  if (patients.size < 2) return null;
  const fits = new Map(
    [...patients].map((left) => [
      left,
      fitLesions(examples.filter(({ patient }) => patient !== left)),
    ]),
  );
  return examples.map(({ features, patient }) =>
    lesionProbability(features, fits.get(patient) ?? fitLesions(examples)),
  );
}

/** How true probabilities are, in ten bins of equal width. Null of no lesion. */
export function reliabilityOf(
  probabilities: readonly number[],
  truths: readonly boolean[],
): Reliability | null {
  const lesions = probabilities.length;
  if (lesions === 0) return null;
  const bins = Array.from({ length: 10 }, (_, n) => {
    const inside = probabilities.flatMap((p, at) =>
      Math.min(9, Math.floor(p * 10)) === n ? [at] : [],
    );
    return {
      ...{ from: n / 10, to: (n + 1) / 10, lesions: inside.length },
      predicted: inside.length === 0 ? null : meanOf(inside.map((at) => probabilities[at])),
      observed: inside.length === 0 ? null : meanOf(inside.map((at) => Number(truths[at]))),
    };
  });
  const gap = ({ lesions: n, predicted, observed }: (typeof bins)[number]): number =>
    predicted === null || observed === null ? 0 : (n / lesions) * Math.abs(observed - predicted);
  const real = truths.filter(Boolean).length;
  return {
    ...{ lesions, real, bins },
    ece: bins.reduce((sum, one) => sum + gap(one), 0),
    brier: meanOf(probabilities.map((p, at) => (p - Number(truths[at])) ** 2)),
    brierOfConstant: (real / lesions) * (1 - real / lesions),
  };
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const standardised = (
  features: readonly number[],
  { means, sds }: Pick<Fit, "means" | "sds">,
): number[] => features.map((value, n) => (value - means[n]) / sds[n]);

/** H⁻¹ g of the regression's loss; the intercept has no ridge. */
function newtonStep(
  rows: readonly (readonly number[])[],
  examples: readonly LesionExample[],
  beta: readonly number[],
): number[] {
  const size = beta.length;
  const gradient = beta.map((value, n) => (n === 0 ? 0 : ridge * value));
  const hessian = beta.map((_, n) => beta.map((_, m) => (n === m && n > 0 ? ridge : 0)));
  rows.forEach((row, at) => {
    const p = sigmoid(row.reduce((sum, value, n) => sum + value * beta[n], 0));
    const error = p - Number(examples[at].isReal);
    const curve = p * (1 - p);
    for (let n = 0; n < size; n++) {
      gradient[n] += error * row[n];
      for (let m = 0; m < size; m++) hessian[n][m] += curve * row[n] * row[m];
    }
  });
  return solve(hessian, gradient);
}

/** Gauss's elimination with pivots; the matrix is positive definite by its ridge. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, n) => [...row, right[n]]);
  const size = rows.length;
  for (let n = 0; n < size; n++) {
    const rest = rows.slice(n).map((row) => Math.abs(row[n]));
    const pivot = n + rest.indexOf(Math.max(...rest));
    [rows[n], rows[pivot]] = [rows[pivot], rows[n]];
    for (let m = 0; m < size; m++) {
      if (m === n) continue;
      const factor = rows[m][n] / rows[n][n];
      for (let column = n; column <= size; column++) rows[m][column] -= factor * rows[n][column];
    }
  }
  return rows.map((row, n) => row[size] / row[n]);
}
