import type { Random } from "../core/index.ts";
import { bootstrap, type Estimate } from "./bootstrap.ts";
import type { ScoredCase } from "./case-row.ts";
import {
  type Detection,
  detectionOf,
  type SizeClass,
  sizeClasses,
  sizeClassOf,
} from "./detection.ts";
import {
  type EvaluationSummary,
  type FullCaseRow,
  type StructureSummary,
  structureNumbers,
} from "./row.ts";
import { summarise } from "./summarise.ts";

/** A scored case and whose it is. */
export interface PatientCase extends ScoredCase {
  readonly patient: string;
}

/** One score over all cases. */
export interface ScoreSummary extends Estimate {
  readonly definedCases: number;
  readonly undefinedCases: number;
  /** Of the defined ones, those that count as the worst: only one of the two masks has the structure. */
  readonly worstCases: number;
  /** Mean of the others, for comparison with tools that leave misses out. */
  readonly meanWithoutWorst: number | null;
}

const scoreNames = ["dice", ...structureNumbers] as const;

/** A score's name, as its column ends. */
export type ScoreName = (typeof scoreNames)[number];

/** One structure over all cases. */
export interface FullStructureSummary extends StructureSummary {
  readonly diceGlobalCi95: Estimate["ci95"];
  readonly scores: { readonly [Name in ScoreName]: ScoreSummary };
}

interface LesionSummary {
  readonly anyOverlap: Detection & { readonly f1Ci95: Estimate["ci95"] };
  readonly iouAbove50: Detection & { readonly f1Ci95: Estimate["ci95"] };
  /** Recall by the reference lesion's size, precision by the predicted one's. */
  readonly bySize: {
    readonly [Size in SizeClass]: {
      readonly anyOverlap: Detection;
      readonly iouAbove50: Detection;
    };
  };
  /** F1 with a lesion found above each IoU. */
  readonly curve: readonly { readonly iouAbove: number; readonly f1: number | null }[];
  /** Mean over the cases with lesions, and over all lesions together. */
  readonly panoptic: {
    readonly pqPerCase: Estimate & { readonly definedCases: number };
    readonly pq: number | null;
    readonly sq: number | null;
    readonly rq: number | null;
  };
}

/** The whole of evaluation/<model>/summary.json. */
export interface FullSummary extends EvaluationSummary {
  readonly liver: FullStructureSummary;
  readonly tumour: FullStructureSummary;
  readonly lesions: LesionSummary;
  /** Reference minus predicted burden, in percent of the liver; null without any case. */
  readonly burden: {
    readonly cases: number;
    readonly rmsePercent: number | null;
    readonly maxPercent: number | null;
    readonly maxAbsolutePercent: number | null;
  };
  readonly patients: number;
  /** Lowest tumour Dice first; those in which it is not defined are left out. */
  readonly worstFirst: readonly string[];
  /** Predictions with nothing to compare with. */
  readonly withoutReference: readonly string[];
}

/**
 * All scores over all cases, with 95 % intervals from a bootstrap over patients.
 *
 * @param scored - cases without a reference are named and not counted
 */
export function summariseFully(
  of: Pick<EvaluationSummary, "model" | "unseen">,
  scored: readonly PatientCase[],
  { random, resamples }: { readonly random: Random; readonly resamples?: number },
): FullSummary {
  const cases = scored.filter(({ row }) => row.status !== "no-reference");
  const patients = byPatient(cases);
  const estimate = (statistic: (some: readonly ScoredCase[]) => number | null): Estimate =>
    bootstrap(patients, statistic, { random, ...(resamples === undefined ? {} : { resamples }) });
  const base = (some: readonly ScoredCase[]): EvaluationSummary =>
    summarise(
      of,
      some.map(({ row }) => ({ ...row, status: row.status as "scored" | "missing" })),
    );
  const structure = (name: "liver" | "tumour"): FullStructureSummary => ({
    ...base(cases)[name],
    diceGlobalCi95: estimate((some) => globalDice(some, name)).ci95,
    scores: Object.fromEntries(
      scoreNames.map((score) => [score, summariseScore(cases, { name, score, estimate })]),
    ) as FullStructureSummary["scores"], // one entry for each name
  });
  return {
    ...base(cases),
    liver: structure("liver"),
    tumour: structure("tumour"),
    lesions: summariseLesions(cases, estimate),
    burden: summariseBurden(cases.map(({ row }) => row)),
    patients: patients.length,
    worstFirst: worstFirst(cases.map(({ row }) => row)),
    withoutReference: scored
      .filter(({ row }) => row.status === "no-reference")
      .map(({ row }) => row.case),
  };
}

type Estimator = (statistic: (some: readonly ScoredCase[]) => number | null) => Estimate;

function globalDice(cases: readonly ScoredCase[], name: "liver" | "tumour"): number | null {
  let [common, all] = [0, 0];
  for (const { row } of cases) {
    common += row[`${name}_common_voxels`];
    all += row[`${name}_reference_voxels`] + row[`${name}_predicted_voxels`];
  }
  return all === 0 ? null : (2 * common) / all;
}

function summariseScore(
  cases: readonly ScoredCase[],
  of: {
    readonly name: "liver" | "tumour";
    readonly score: ScoreName;
    readonly estimate: Estimator;
  },
): ScoreSummary {
  const column = `${of.name}_${of.score}` as const;
  const values = (some: readonly ScoredCase[]): number[] =>
    some.flatMap(({ row }) => row[column] ?? []);
  const isWorst = ({ row }: ScoredCase): boolean =>
    row.status === "missing" || row[`${of.name}_distances`] === "worst";
  const worst = values(cases.filter(isWorst)).length;
  const defined = values(cases).length;
  return {
    ...of.estimate((some) => mean(values(some))),
    definedCases: defined,
    undefinedCases: cases.length - defined,
    worstCases: worst,
    meanWithoutWorst: mean(values(cases.filter((one) => !isWorst(one)))),
  };
}

function summariseLesions(cases: readonly ScoredCase[], estimate: Estimator): LesionSummary {
  const all = cases.flatMap(({ lesions }) => lesions);
  const half = { iouAbove: 0.5 } as const;
  const f1Ci95 = (criterion: "any overlap" | typeof half) =>
    estimate(
      (some) =>
        detectionOf(
          some.flatMap(({ lesions }) => lesions),
          criterion,
        ).f1,
    ).ci95;
  const matched = all.filter(({ side, iou }) => side === "reference" && iou > 0.5);
  const rq = all.length === 0 ? null : (2 * matched.length) / all.length;
  const sq = mean(matched.map(({ iou }) => iou));
  return {
    anyOverlap: { ...detectionOf(all, "any overlap"), f1Ci95: f1Ci95("any overlap") },
    iouAbove50: { ...detectionOf(all, half), f1Ci95: f1Ci95(half) },
    bySize: Object.fromEntries(
      sizeClasses.map((size) => {
        const some = all.filter((lesion) => sizeClassOf(lesion) === size);
        return [
          size,
          { anyOverlap: detectionOf(some, "any overlap"), iouAbove50: detectionOf(some, half) },
        ];
      }),
    ) as LesionSummary["bySize"], // one entry for each class
    curve: Array.from({ length: 10 }, (_, tenth) => {
      const iouAbove = tenth / 10;
      return { iouAbove, f1: detectionOf(all, { iouAbove }).f1 };
    }),
    panoptic: {
      pqPerCase: {
        ...estimate((some) => mean(some.flatMap(({ row }) => row.lesion_pq ?? []))),
        definedCases: cases.filter(({ row }) => row.lesion_pq !== null).length,
      },
      pq: rq === null ? null : rq * (sq ?? 0),
      sq,
      rq,
    },
  };
}

function summariseBurden(rows: readonly FullCaseRow[]): FullSummary["burden"] {
  const differences = rows.flatMap(
    ({ reference_burden_percent: reference, predicted_burden_percent: predicted }) =>
      // No liver predicted: no tumour of it either.
      reference === null ? [] : [reference - (predicted ?? 0)],
  );
  const square = mean(differences.map((d) => d * d));
  return {
    cases: differences.length,
    rmsePercent: square === null ? null : Math.sqrt(square),
    maxPercent: square === null ? null : Math.max(...differences),
    maxAbsolutePercent: square === null ? null : Math.max(...differences.map(Math.abs)),
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const worstFirst = (rows: readonly FullCaseRow[]): string[] =>
  rows
    .flatMap(({ case: name, tumour_dice: dice }) => (dice === null ? [] : [{ name, dice }]))
    .sort((a, b) => a.dice - b.dice)
    .map(({ name }) => name);

/** The cases of each patient together. */
export function byPatient<Case extends { readonly patient: string }>(
  cases: readonly Case[],
): readonly (readonly Case[])[] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) groups.set(one.patient, [...(groups.get(one.patient) ?? []), one]);
  return [...groups.values()];
}
