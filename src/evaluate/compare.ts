import type { Random } from "../core/index.ts";
import { bootstrap, type Estimate } from "./bootstrap.ts";
import { byPatient, type PatientCase, type ScoreName } from "./full-summary.ts";
import { permutationP } from "./paired-test.ts";

/** How one model differs from another in a score. */
export interface ScoreComparison extends Estimate {
  readonly structure: "liver" | "tumour";
  readonly score: ScoreName;
  /** Cases in which both are defined; the value is the mean of first minus second over them. */
  readonly cases: number;
  readonly patients: number;
  /** Two-sided paired permutation test over patients' mean differences; null without any. */
  readonly p: number | null;
}

const compared = ["dice", "nsd", "hd95_mm", "assd_mm"] as const;

/**
 * Two models on the same cases: mean differences with BCa intervals over patients, and a paired
 * permutation test. Cases that only one of them has are left out.
 */
export function compareModels(
  first: readonly PatientCase[],
  second: readonly PatientCase[],
  { random }: { readonly random: Random },
): readonly ScoreComparison[] {
  const others = new Map(second.map((one) => [one.row.case, one.row]));
  return (["liver", "tumour"] as const).flatMap((structure) =>
    compared.map((score): ScoreComparison => {
      const column = `${structure}_${score}` as const;
      const pairs = first.flatMap(({ row, patient }) => {
        const [mine, other] = [row[column], others.get(row.case)?.[column] ?? null];
        return mine === null || other === null ? [] : [{ patient, difference: mine - other }];
      });
      const patients = byPatient(pairs);
      const mean = (some: readonly { readonly difference: number }[]): number | null =>
        some.length === 0 ? null : some.reduce((sum, d) => sum + d.difference, 0) / some.length;
      const differences = patients.flatMap((some) => mean(some) ?? []);
      return {
        structure,
        score,
        ...bootstrap(patients, mean, { random: random.fork(`${column}/bootstrap`) }),
        cases: pairs.length,
        patients: patients.length,
        p: permutationP(differences, { random: random.fork(`${column}/permutation`) }),
      };
    }),
  );
}
