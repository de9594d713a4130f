import { byNaturalOrder, HeparError, randomFrom } from "../core/index.ts";

/** What the split needs to know of a case. */
export interface SplitCase {
  readonly case: string;
  readonly patient: string;
  readonly hasTumour: boolean | null;
}

/** One way to divide the cases. */
export interface Fold {
  readonly train: readonly string[];
  readonly heldOut: readonly string[];
}

/** splits.json. */
export interface Split {
  readonly seed: number;
  readonly folds: readonly Fold[];
}

/**
 * Folds by patient: every case is held out in exactly one fold, and a patient's cases are never on
 * both sides. Patients with tumours are dealt out first, so that each fold gets its share.
 *
 * @param cases - those with a usable mask
 * @returns as many folds as asked for, or as there are patients, if they are fewer
 * @throws `split.too-few` with fewer than two patients
 */
export function splitByPatient(
  cases: readonly SplitCase[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
): Split {
  const patients = groupByPatient(cases);
  if (patients.size < 2) {
    throw new HeparError(
      "split.too-few",
      `training needs masks of at least two patients, got ${patients.size}: one must be held out`,
      { hint: "add scans with masks of other patients" },
    );
  }
  const count = Math.min(Math.max(2, folds), patients.size);
  const hasTumour = (group: readonly SplitCase[]): boolean => group.some((one) => one.hasTumour);
  const shuffled = randomFrom(seed)
    .fork("split")
    .shuffled([...patients.keys()].sort(byNaturalOrder))
    .map((patient) => patients.get(patient) ?? []);
  const dealt = [...shuffled.filter(hasTumour), ...shuffled.filter((group) => !hasTumour(group))];
  const names = (groups: readonly (readonly SplitCase[])[]): string[] =>
    groups.flatMap((group) => group.map((one) => one.case)).sort(byNaturalOrder);
  return {
    seed,
    folds: Array.from({ length: count }, (_, fold) => ({
      train: names(dealt.filter((_, index) => index % count !== fold)),
      heldOut: names(dealt.filter((_, index) => index % count === fold)),
    })),
  };
}

function groupByPatient(cases: readonly SplitCase[]): Map<string, SplitCase[]> {
  const patients = new Map<string, SplitCase[]>();
  for (const one of cases) patients.set(one.patient, [...(patients.get(one.patient) ?? []), one]);
  return patients;
}
