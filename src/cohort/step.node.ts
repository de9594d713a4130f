import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type ErrorCode, type HeparError, toHeparError } from "../core/index.ts";
import { readJson, sha256OfJson, writeJson } from "../files/index.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { StepRecord } from "./outcome.ts";
import { type CohortRun, requireGoing } from "./run.node.ts";

/** What decides whether a step must be done again. */
interface StepKey {
  /** The command's name, such as `study`: what people see. */
  readonly step: string;
  /** Which part of the step, or for which model: a stamp of its own. */
  readonly of?: string;
  /** Raised when the step's code starts to give other results. */
  readonly version: number;
  /** What the user chose. A change is told by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}

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
  readonly work: (row: Row) => Promise<Value>;
}

const stampSchema = z.object({
  key: z.string(),
  settings: z.record(z.string(), z.unknown()),
  value: z.unknown(),
});
type Stamp = z.infer<typeof stampSchema>;

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
  const path = join(run.folder, layout.stamp(stampName(step)));
  const key = keyOf(step, step.inputs);
  const stamp = await readStamp(path);
  const there = await Promise.all(step.outputs.map((output) => exists(join(run.folder, output))));
  if (stamp?.key === key && there.every(Boolean)) {
    record(run, { step: step.step, status: "kept", seconds: 0 });
    return stamp.value as Value; // the key holds the version, so that the shape is the one written
  }
  if (stamp !== undefined) tellChange(run, step, stamp);
  const started = run.clock();
  await rm(path, { force: true }); // half-done work must not pass for what the old stamp says
  const value = await step.work();
  await writeJson(path, { key, settings: step.settings, value } satisfies Stamp);
  record(run, { step: step.step, status: "done", seconds: secondsSince(run, started) });
  return value;
}

/**
 * Every case's value, by case name, in the rows' order. Cases with a fresh stamp are not done
 * again; a case that fails is added to the journal and is not in the map, and the others go on.
 *
 * @throws `run.stopped`, and whatever would stop every case, such as `output.full`
 */
export async function runCases<Row extends { readonly case: string }, Value>(
  run: CohortRun,
  step: CaseStep<Row, Value>,
): Promise<Map<string, Value>> {
  requireGoing(run);
  const started = run.clock();
  const { values, pending } = await sortOut(run, step);
  const failed = pending.length === 0 ? 0 : await workThrough(run, { step, pending, values });
  const done = pending.length - failed;
  record(run, {
    step: step.step,
    status: pending.length === 0 ? "kept" : "done",
    seconds: pending.length === 0 ? 0 : secondsSince(run, started),
    cases: { done, kept: step.rows.length - pending.length, failed },
  });
  return inOrder(step.rows, values);
}

/** Removes what a step once left for cases that are no longer among its rows. */
export async function pruneCases<Row extends { readonly case: string }, Value>(
  run: CohortRun,
  step: Pick<CaseStep<Row, Value>, "step" | "of" | "rows" | "outputsOf">,
): Promise<void> {
  const names = new Set(step.rows.map((row) => row.case));
  const folder = join(run.folder, layout.stamps(stampName(step)));
  for (const file of await readdir(folder).catch(() => [])) {
    if (!file.endsWith(".json")) continue;
    const name = decodeURIComponent(file.slice(0, -".json".length));
    if (names.has(name)) continue;
    await removeOutputs(run, step.outputsOf?.(name) ?? []);
    await rm(join(folder, file), { force: true });
  }
}

/** What is known of a step that was done in this run or an earlier one. */
export const readStep = (run: CohortRun, step: StepName): Promise<Stamp | undefined> =>
  readStamp(join(run.folder, layout.stamp(stampName(step))));

/** Makes a step count as not done. */
export async function forgetStep(run: CohortRun, step: StepName): Promise<void> {
  await rm(join(run.folder, layout.stamp(stampName(step))), { force: true });
}

async function sortOut<Row extends { readonly case: string }, Value>(
  run: CohortRun,
  step: CaseStep<Row, Value>,
): Promise<{ values: Map<string, Value>; pending: Row[] }> {
  const values = new Map<string, Value>();
  const pending: Row[] = [];
  let change: Stamp | undefined;
  for (const row of step.rows) {
    const stamp = await readStamp(join(run.folder, casePath(step, row.case)));
    const value = stamp?.value as Value; // as in runStep
    const fresh =
      stamp?.key === keyOf(step, step.inputsOf(row)) &&
      ((await step.isThere?.(row, value)) ?? true);
    if (fresh) values.set(row.case, value);
    else pending.push(row);
    if (!fresh) change ??= stamp;
  }
  if (change !== undefined) tellChange(run, step, change);
  return { values, pending };
}

async function workThrough<Row extends { readonly case: string }, Value>(
  run: CohortRun,
  job: {
    readonly step: CaseStep<Row, Value>;
    readonly pending: readonly Row[];
    readonly values: Map<string, Value>;
  },
): Promise<number> {
  const { step, pending, values } = job;
  let failed = 0;
  run.progress({ kind: "start", step: step.step, total: pending.length, unit: step.unit });
  for (const [index, row] of pending.entries()) {
    requireGoing(run);
    try {
      values.set(row.case, await workOn(run, { step, row }));
    } catch (thrown) {
      requireGoing(run);
      const error = toHeparError(thrown);
      if (fatal.has(error.code)) throw error;
      await removeOutputs(run, step.outputsOf?.(row.case) ?? []);
      fail(run, { step: step.step, case: row.case, error });
      failed += 1;
    }
    run.progress({ kind: "advance", step: step.step, done: index + 1, note: row.case });
  }
  run.progress({ kind: "end", step: step.step });
  return failed;
}

// As in `runStep`: the old stamp goes first, the new one comes last.
async function workOn<Row extends { readonly case: string }, Value>(
  run: CohortRun,
  { step, row }: { readonly step: CaseStep<Row, Value>; readonly row: Row },
): Promise<Value> {
  const path = join(run.folder, casePath(step, row.case));
  await rm(path, { force: true });
  await removeOutputs(run, step.outputsOf?.(row.case) ?? []);
  const value = await step.work(row);
  const key = keyOf(step, step.inputsOf(row));
  await writeJson(path, { key, settings: step.settings, value } satisfies Stamp);
  return value;
}

/** Names a case that could not be done, in the output now and in the record and report later. */
export function fail(
  run: CohortRun,
  failure: { readonly step: string; readonly case: string; readonly error: HeparError },
): void {
  const { step, case: name, error } = failure;
  run.journal.failures.push({ case: name, step, code: error.code, reason: error.message });
  run.progress({ kind: "warning", message: `${name} failed in ${step}: ${error.message}` });
}

const keyOf = (step: StepKey, inputs: unknown): string =>
  sha256OfJson({ step: step.step, version: step.version, settings: step.settings, inputs });

type StepName = Pick<StepKey, "step" | "of">;

const stampName = ({ step, of }: StepName): string => (of === undefined ? step : `${step}-${of}`);

const casePath = (step: StepName, name: string): string =>
  `${layout.stamps(stampName(step))}/${encodeURIComponent(name)}.json`;

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
  steps[index] = {
    ...before,
    ...part,
    status: isKept ? "kept" : "done",
    seconds: before.seconds + part.seconds,
  };
}

const secondsSince = (run: CohortRun, started: number): number => (run.clock() - started) / 1000;

// A stamp that cannot be read is no stamp: the step is done again.
const readStamp = (path: string): Promise<Stamp | undefined> =>
  readJson(path, stampSchema).catch(() => undefined);

function inOrder<Value>(
  rows: readonly { readonly case: string }[],
  values: ReadonlyMap<string, Value>,
): Map<string, Value> {
  return new Map(
    rows.flatMap(({ case: name }) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

async function removeOutputs(run: CohortRun, outputs: readonly string[]): Promise<void> {
  for (const output of outputs) {
    await rm(join(run.folder, output), { recursive: true, force: true });
  }
}

function tellChange(run: CohortRun, step: StepKey, stamp: Stamp): void {
  const changes = Object.entries(step.settings).flatMap(([name, value]) => {
    const [before, now] = [JSON.stringify(stamp.settings[name]), JSON.stringify(value)];
    return before === now ? [] : [`${name} ${before ?? "unset"} → ${now ?? "unset"}`];
  });
  if (changes.length === 0) return;
  run.progress({ kind: "note", message: `${step.step} is done again: ${changes.join(", ")}` });
}
