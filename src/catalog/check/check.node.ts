import { HeparError, type Progress, silent } from "../../core/index.ts";
import { type CheckedCase, type CheckedFile, checkCase } from "./case.node.ts";
import { findDuplicates } from "./duplicates.ts";
import { checkHeaders } from "./headers.node.ts";
import { type PlannedCase, type PlannedFile, planCheck } from "./plan.node.ts";
import { refusal } from "./refusal.ts";
import { type CheckReport, reported, reportOf } from "./report.ts";

/** How to check. */
export interface CheckOptions {
  /** Only headers: 10,000 files take seconds, and nothing is said of voxels. */
  readonly headersOnly?: boolean;
  /** Who looks at the voxels of these cases, such as threads; if not given, this one, case by case. */
  readonly workers?: (cases: readonly PlannedCase[]) => Promise<CheckWorkers>;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Looks at the voxels of several cases at once. */
export interface CheckWorkers {
  readonly atOnce: number;
  /** As `checkCase`. */
  readonly check: (files: PlannedCase) => Promise<CheckedCase>;
}

/** Headers wait for the disk: many at once. */
const headersAtOnce = 16;

/** Voxels need memory: one case after the other. */
const alone: CheckWorkers = { atOnce: 1, check: checkCase };

/**
 * The integrity report of files and folders: everything that is odd about scans, masks, pairs and
 * the whole. A file that cannot be read is a finding, never a thrown error.
 *
 * @throws `cohort.no-cases` when there is no NIfTI file at all; `run.stopped`
 */
export async function checkFiles(
  paths: readonly string[],
  { headersOnly = false, progress = silent, signal, workers }: CheckOptions = {},
): Promise<CheckReport> {
  const plan = await planCheck(paths);
  if (plan.cases.length === 0 && plan.findings.length === 0) throw nothingFound(paths);
  const { atOnce, check } = headersOnly
    ? { atOnce: headersAtOnce, check: checkHeaders }
    : ((await workers?.(plan.cases)) ?? alone);
  // A thread that ends on a case, for want of memory, takes no other case with it.
  const work = (files: PlannedCase): Promise<CheckedCase> =>
    check(files).catch((thrown: unknown) => files.map((file) => unjudged(file, thrown)));
  const checked = await inOrder(plan.cases, { work, atOnce, progress, signal });
  const files = checked.flat();
  const said = [
    ...files.flatMap(({ path, findings }) => findings.map((finding) => ({ file: path, finding }))),
    ...plan.findings,
    ...findDuplicates(checked),
  ];
  return reportOf(
    said.map(({ file, finding }) => reported(file, finding)),
    {
      files: files.length,
      pairs: checked.filter((each) => each.length === 2).length,
      headersOnly,
    },
  );
}

const unjudged = ({ path, kind = "scan" }: PlannedFile, thrown: unknown): CheckedFile => ({
  path,
  kind,
  findings: [refusal(thrown)],
});

/** The results of all items, in their order, so many worked on at once. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  {
    work,
    atOnce,
    progress,
    signal,
  }: {
    readonly work: (item: Item) => Promise<Result>;
    readonly atOnce: number;
    readonly progress: Progress;
    readonly signal: AbortSignal | undefined;
  },
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const step = "check";
  progress({ kind: "start", step, total: items.length, unit: "cases" });
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      if (signal?.aborted) throw new HeparError("run.stopped", "stopped before the end");
      results[index] = await work(items[index]);
      progress({ kind: "advance", step, done: ++done });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  progress({ kind: "end", step });
  return results;
}

const nothingFound = (paths: readonly string[]): HeparError =>
  new HeparError("cohort.no-cases", `there is no NIfTI file in ${paths.join(", ")}`, {
    hint: "give .nii or .nii.gz files, or the folder that holds them",
  });
