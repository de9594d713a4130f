import { byNaturalOrder, HeparError, type Random, randomFrom } from "../core/index.ts";

/** What the split needs to know of a case. */
export interface SplitCase {
  readonly case: string;
  readonly patient: string;
  readonly hasTumour: boolean | null;
}

/** One way to divide the cases. No patient is in two of its lists. */
export interface Fold {
  /** Learned from. */
  readonly train: readonly string[];
  /** Set aside from those to learn from, to choose an epoch by; [] when nothing is chosen. */
  readonly watch: readonly string[];
  /** Never learned from, and nothing is chosen by them: scores are theirs. */
  readonly heldOut: readonly string[];
}

/** splits.json. */
export interface Split {
  readonly seed: number;
  readonly folds: readonly Fold[];
}

interface SplitOptions {
  readonly seed: number;
  /** Share of the patients to learn from that is set aside to choose an epoch by. Default: none. */
  readonly watchShare?: number | undefined;
}

/**
 * Folds by patient: every case is held out in exactly one fold, and a patient's cases are never on
 * both sides. Patients with tumours are dealt out first, so that each fold gets its share.
 *
 * @param cases - those with a usable mask
 * @returns as many folds as asked for, or as there are patients, if they are fewer
 * @throws `split.too-few` with fewer than two patients, or with fewer than three where some are to be
 *   set aside
 */
export function splitByPatient(
  cases: readonly SplitCase[],
  { folds, ...options }: SplitOptions & { readonly folds: number },
): Split {
  const patients = groupByPatient(cases);
  requirePatients(patients.length, options);
  const count = Math.min(Math.max(2, folds), patients.length);
  const dealt = tumoursFirst(shuffled(patients, randomFrom(options.seed).fork("split")));
  return {
    seed: options.seed,
    folds: Array.from({ length: count }, (_, fold) => {
      const heldOut = dealt.filter((_, index) => index % count === fold);
      const others = dealt.filter((_, index) => index % count !== fold);
      return foldOf({ heldOut, others }, { ...options, fold });
    }),
  };
}

/**
 * The one fold whose held-out cases are named, with all that their patients have.
 *
 * @param cases - those with a usable mask
 * @param options.heldOut - names, or numbers: 4 is the one case whose name ends with the number 4
 * @throws `usage.argument` for a name of no case, or of several; `split.too-few` when too few
 *   patients stay to learn from
 */
export function splitHoldingOut(
  cases: readonly SplitCase[],
  { heldOut: named, ...options }: SplitOptions & { readonly heldOut: readonly string[] },
): Split {
  const chosen = new Set(named.map((typed) => caseNamed(cases, typed).patient));
  const patients = groupByPatient(cases);
  const heldOut = patients.filter(([{ patient }]) => chosen.has(patient));
  const others = patients.filter(([{ patient }]) => !chosen.has(patient));
  if (others.length === 0) {
    throw new HeparError("split.too-few", "all patients are held out: there is none to learn from");
  }
  requirePatients(patients.length - heldOut.length + 1, options);
  return { seed: options.seed, folds: [foldOf({ heldOut, others }, { ...options, fold: 0 })] };
}

/** A patient's cases; never empty. */
type Patient = readonly [SplitCase, ...SplitCase[]];

const hasTumour = (patient: Patient): boolean => patient.some((one) => one.hasTumour);

const tumoursFirst = (patients: readonly Patient[]): Patient[] => [
  ...patients.filter(hasTumour),
  ...patients.filter((patient) => !hasTumour(patient)),
];

/** In an order of chance that does not hang on the order in which they came. */
const shuffled = (patients: readonly Patient[], random: Random): Patient[] =>
  random.shuffled(patients.toSorted(([a], [b]) => byNaturalOrder(a.patient, b.patient)));

const namesOf = (patients: readonly Patient[]): string[] =>
  patients.flatMap((cases) => cases.map((one) => one.case)).sort(byNaturalOrder);

function foldOf(
  { heldOut, others }: { readonly heldOut: readonly Patient[]; readonly others: Patient[] },
  { seed, watchShare = 0, fold }: SplitOptions & { readonly fold: number },
): Fold {
  const random = randomFrom(seed).fork(`watch ${fold}`);
  const watch = watchShare > 0 ? setAside(others, { share: watchShare, random }) : new Set();
  return {
    train: namesOf(others.filter((patient) => !watch.has(patient))),
    watch: namesOf(others.filter((patient) => watch.has(patient))),
    heldOut: namesOf(heldOut),
  };
}

/** At least one patient, never all, and of those with tumours the same share. */
function setAside(
  patients: readonly Patient[],
  { share, random }: { readonly share: number; readonly random: Random },
): Set<Patient> {
  const count = Math.min(Math.max(1, Math.round(share * patients.length)), patients.length - 1);
  // Every n-th of those with tumours, then of those without: both are there in proportion.
  const dealt = tumoursFirst(shuffled(patients, random));
  return new Set(
    Array.from({ length: count }, (_, n) => dealt[Math.floor((n * dealt.length) / count)]),
  );
}

function requirePatients(count: number, { watchShare = 0 }: Omit<SplitOptions, "seed">): void {
  if (count < 2) {
    throw new HeparError(
      "split.too-few",
      `training needs masks of at least two patients, got ${count}: one must be held out`,
      { hint: "add scans with masks of other patients" },
    );
  }
  if (watchShare > 0 && count < 3) {
    throw new HeparError(
      "split.too-few",
      `two patients with masks cannot be dealt in three: learned from, set aside, and held out`,
      { hint: "train without --watch, or add scans with masks of other patients" },
    );
  }
}

function groupByPatient(cases: readonly SplitCase[]): Patient[] {
  const patients = new Map<string, Patient>();
  for (const one of cases) {
    const others = patients.get(one.patient);
    patients.set(one.patient, others === undefined ? [one] : [...others, one]);
  }
  return [...patients.values()];
}

function caseNamed(cases: readonly SplitCase[], typed: string): SplitCase {
  const exact = cases.find((one) => one.case === typed);
  if (exact !== undefined) return exact;
  const isNumber = /^\d+$/.test(typed);
  const numbered = cases.filter(
    (one) => isNumber && Number(/\d+$/.exec(one.case)?.[0]) === Number(typed),
  );
  if (numbered.length === 1) return numbered[0];
  const names = (list: readonly SplitCase[]): string => list.map((one) => one.case).join(", ");
  if (numbered.length > 1) {
    throw new HeparError("usage.argument", `${typed} may be any of ${names(numbered)}`, {
      hint: "give the name as it is in the catalogue",
    });
  }
  throw new HeparError("usage.argument", `there is no case ${typed} with a mask`, {
    hint: `the cases are ${names(cases.slice(0, 10))}${cases.length > 10 ? " …" : ""}`,
  });
}
