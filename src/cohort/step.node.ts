import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorCode, type HeparError, toHeparError } from "../core/index.ts";
import { exists } from "./folder.node.ts";
import type { StepRecord } from "./outcome.ts";
import { type CohortRun, requireGoing } from "./run.node.ts";
import {
  changesSince,
  isFresh,
  readStamp,
  removeStamp,
  type Stamp,
  type StepKey,
  stampedCases,
  writeStamp,
} from "./stamp.node.ts";

/** A step that is done once for the whole cohort. */
export interface Step<Value> extends StepKey {
  /** What it reads: hashes, rows, or whatever changes when its inputs do. */
  readonly inputs: unknown;
  /** What it leaves, relative to the cohort; it is done again when one of them is gone. */
  readonly outputs: readonly string[];
  readonly work: () => Promise<Value>;
}

/** A step that is done case by case. */
export interface CaseStep<Row, Value> extends StepKey {
  readonly unit: string;
  readonly rows: readonly Row[];
  readonly inputsOf: (row: Row) => unknown;
  /** Whether what the case left is still there. Default: it left nothing but its value. */
  readonly isThere?: (row: Row, value: Value) => Promise<boolean>;
  /** Files and folders of a case, relative to the cohort: removed before it is done anew. */
  readonly outputsOf?: (name: string) => readonly string[];
  /** How many cases are worked on at once. Default: one. */
  readonly atOnce?: number;
  /** How many units of progress a case is. Default: one. */
  readonly unitsOf?: (row: Row) => number;
  /** Looks ahead at the cases that are to be done, before the first is begun; may refuse by throwing. */
  readonly foresee?: (pending: readonly Row[]) => Promise<void>;
  /** @param advance - tells that so many units more of the case are done, now and then */
  readonly work: (row: Row, advance: (units: number) => void) => Promise<Value>;
}

/** What every row of a step by cases has. */
interface Named {
  readonly case: string;
}

/** Codes that no other case would escape: they end the run. */
const fatal = new Set<ErrorCode>([
  "output.full",
  "output.unwritable",
  "run.stopped",
  "runtime.missing",
  "model.invalid",
  "model.missing",
]);

/**
 * The step's value: from its stamp when inputs, settings and version are unchanged and its outputs
 * are there, else by doing it. The stamp is written last, so that a killed step counts as not done.
 */
export async function runStep<Value>(run: CohortRun, step: Step<Value>): Promise<Value> {
  requireGoing(run);
  const stamp = await readStamp(run, step);
  const there = await Promise.all(step.outputs.map((output) => exists(join(run.folder, output))));
  if (stamp !== undefined && isFresh(stamp, step, step.inputs) && there.every(Boolean)) {
    record(run, { step: step.step, status: "kept", seconds: 0 });
    return stamp.value as Value; // the key holds the version, so that the shape is the one written
  }
  tellChange(run, step, stamp);
  const started = run.clock();
  await removeStamp(run, step); // half-done work must not pass for what the old stamp says
  const value = await step.work();
  await writeStamp(run, step, { inputs: step.inputs, value });
  record(run, { step: step.step, status: "done", seconds: secondsSince(run, started) });
  return value;
}

/**
 * Every case's value, by case name, in the rows' order. Cases with a fresh stamp are not done
 * again; a case that fails is added to the journal and is not in the map, and the others go on.
 * Of cases that are not among the rows, nothing stays that the step once left.
 *
 * @throws `run.stopped`, and whatever would stop every case, such as `output.full`
 */
export async function runCases<Row extends Named, Value>(
  run: CohortRun,
  step: CaseStep<Row, Value>,
): Promise<Map<string, Value>> {
  requireGoing(run);
  const started = run.clock();
  await pruneCases(run, step);
  const { values, pending } = await sortOut(run, step);
  const failed = pending.length === 0 ? 0 : await workThrough(run, { step, pending, values });
  record(run, {
    step: step.step,
    status: pending.length === 0 ? "kept" : "done",
    seconds: pending.length === 0 ? 0 : secondsSince(run, started),
    cases: { done: pending.length - failed, kept: step.rows.length - pending.length, failed },
  });
  return inOrder(step.rows, values);
}

/** Removes what a step once left for cases that are no longer among its rows. */
async function pruneCases<Row extends Named, Value>(
  run: CohortRun,
  step: CaseStep<Row, Value>,
): Promise<void> {
  const names = new Set(step.rows.map((row) => row.case));
  for (const name of await stampedCases(run, step)) {
    if (names.has(name)) continue;
    await removeOutputs(run, step, name);
    await removeStamp(run, { ...step, case: name });
  }
}

/** So many cases that fail alike are told as they do; thousands would bury everything else. */
const mostTold = 5;

/**
 * Names a case that could not be done: in the record and report, and at once where not many have
 * failed alike before.
 */
export function fail(
  run: CohortRun,
  failure: {
    readonly step: string;
    readonly case: string;
    readonly error: Pick<HeparError, "code" | "message">;
  },
): void {
  const { step, case: name, error } = failure;
  const { failures, alike } = run.journal;
  failures.push({ case: name, step, code: error.code, reason: error.message });
  const kind = `${step} (${error.code})`;
  const before = alike.get(kind) ?? 0;
  alike.set(kind, before + 1);
  if (before > mostTold) return;
  const message =
    before < mostTold
      ? `${name} failed in ${step}: ${error.message}`
      : `more cases fail in ${kind}: they are counted at the end, and named in the run's record`;
  run.progress({ kind: "warning", message });
}

/** Which cases have a fresh stamp, and which are to be done. */
async function sortOut<Row extends Named, Value>(
  run: CohortRun,
  step: CaseStep<Row, Value>,
): Promise<{ values: Map<string, Value>; pending: Row[] }> {
  const values = new Map<string, Value>();
  const pending: Row[] = [];
  let outdated: Stamp | undefined;
  for (const row of step.rows) {
    const stamp = await readStamp(run, { ...step, case: row.case });
    const value = stamp?.value as Value; // as in runStep
    const fresh =
      isFresh(stamp, step, step.inputsOf(row)) && ((await step.isThere?.(row, value)) ?? true);
    if (fresh) values.set(row.case, value);
    else {
      pending.push(row);
      outdated ??= stamp;
    }
  }
  tellChange(run, step, outdated);
  return { values, pending };
}

/** Does the pending cases, adds their values, and returns how many failed. */
async function workThrough<Row extends Named, Value>(
  run: CohortRun,
  job: {
    readonly step: CaseStep<Row, Value>;
    readonly pending: readonly Row[];
    readonly values: Map<string, Value>;
  },
): Promise<number> {
  const { step, pending, values } = job;
  const unitsOf = step.unitsOf ?? (() => 1);
  const total = pending.reduce((sum, row) => sum + unitsOf(row), 0);
  let failed = 0;
  let done = 0;
  await step.foresee?.(pending);
  run.progress({ kind: "start", step: step.step, total, unit: step.unit });
  await eachAtOnce(pending, step.atOnce ?? 1, async (row) => {
    requireGoing(run);
    let left = unitsOf(row);
    const advance = (units: number): void => {
      const some = Math.min(units, left);
      left -= some;
      done += some;
      run.progress({ kind: "advance", step: step.step, done, note: row.case });
    };
    try {
      values.set(row.case, await workOn(run, step, { row, advance }));
    } catch (thrown) {
      requireGoing(run);
      const error = toHeparError(thrown);
      if (fatal.has(error.code)) throw error;
      await removeOutputs(run, step, row.case);
      const failure = { code: error.code, reason: error.message };
      const end = { inputs: step.inputsOf(row), value: null, failure };
      await writeStamp(run, { ...step, case: row.case }, end);
      fail(run, { step: step.step, case: row.case, error });
      failed += 1;
    }
    advance(left);
  });
  run.progress({ kind: "end", step: step.step });
  return failed;
}

/** Does all, so many at a time, in their order; after one that throws no other is begun. */
async function eachAtOnce<Row>(
  rows: readonly Row[],
  atOnce: number,
  work: (row: Row) => Promise<void>,
): Promise<void> {
  const waiting = rows.values(); // one iterator for all lanes
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const row of waiting) {
      if (failures.length > 0) return;
      await work(row).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, rows.length) }, lane));
  if (failures.length > 0) throw failures[0];
}

// As in `runStep`: the old stamp goes first, the new one comes last.
async function workOn<Row extends Named, Value>(
  run: CohortRun,
  step: CaseStep<Row, Value>,
  { row, advance }: { readonly row: Row; readonly advance: (units: number) => void },
): Promise<Value> {
  const place = { ...step, case: row.case };
  await removeStamp(run, place);
  await removeOutputs(run, step, row.case);
  const value = await step.work(row, advance);
  await writeStamp(run, place, { inputs: step.inputsOf(row), value });
  return value;
}

async function removeOutputs<Row, Value>(
  run: CohortRun,
  { outputsOf }: CaseStep<Row, Value>,
  name: string,
): Promise<void> {
  for (const output of outputsOf?.(name) ?? []) {
    await rm(join(run.folder, output), { recursive: true, force: true });
  }
}

function inOrder<Value>(
  rows: readonly Named[],
  values: ReadonlyMap<string, Value>,
): Map<string, Value> {
  return new Map(
    rows.flatMap(({ case: name }) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

// A step's parts count as one step.
function record(run: CohortRun, part: StepRecord): void {
  const { steps } = run.journal;
  const index = steps.findIndex(({ step }) => step === part.step);
  const before = steps[index];
  if (before === undefined) {
    steps.push(part);
    return;
  }
  const isKept = before.status === "kept" && part.status === "kept";
  const seconds = before.seconds + part.seconds;
  steps[index] = { ...before, ...part, status: isKept ? "kept" : "done", seconds };
}

function tellChange(run: CohortRun, step: StepKey, stamp: Stamp | undefined): void {
  const changes = stamp === undefined ? [] : changesSince(stamp, step);
  if (changes.length === 0) return;
  run.progress({ kind: "note", message: `${step.step} is done again: ${changes.join(", ")}` });
}

const secondsSince = (run: CohortRun, started: number): number => (run.clock() - started) / 1000;
