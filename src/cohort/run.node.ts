import { readdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { HeparError, type Progress, toHeparError } from "../core/index.ts";
import { makeFolder, temporaryPrefix, writeJson } from "../files/index.node.ts";
import { layout } from "./layout.ts";
import { lockCohort } from "./lock.node.ts";
import type { CaseFailure, Omission, RunOutcome, StepRecord } from "./outcome.ts";

/** Who asks, when, and how they watch: the same for every command on a cohort. */
export interface RunContext {
  /** hepar's version, for the record. */
  readonly version: string;
  /** `run`, `train`, … */
  readonly command: string;
  /** As typed, for the record. */
  readonly arguments: readonly string[];
  readonly when: Date;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A command at work in a cohort folder that it has to itself. */
export interface CohortRun extends RunContext {
  readonly folder: string;
  /** What goes into the record; every step adds to it. */
  readonly journal: Journal;
}

/** What a run has to tell at its end. */
interface Journal {
  readonly steps: StepRecord[];
  readonly failures: CaseFailure[];
  /** How many failed in a step with a code. */
  readonly alike: Map<string, number>;
  readonly omissions: Omission[];
  readonly warnings: string[];
  /** Case → SHA-256 of its scan and mask. */
  inputs: Readonly<Record<string, string>>;
  seed: number | null;
  /** What was chosen of the training, by name. */
  settings: Readonly<Record<string, string | number>>;
  /** What computed the network, such as `onnxruntime-node cpu`; null when nothing did. */
  runtime: string | null;
}

/**
 * Runs a command in a cohort folder: locked against other processes, recorded under `runs/`
 * whether it ends well or not, and with nothing half-written left of a run that was killed.
 *
 * @param options.folder - absolute; made when it is not there
 * @throws `cohort.busy`; `run.stopped` when the signal came; whatever the work throws
 */
export async function inCohort<Result>(
  options: { readonly folder: string; readonly context: RunContext },
  work: (run: CohortRun) => Promise<Result>,
): Promise<RunOutcome & { readonly result: Result }> {
  const { folder, context } = options;
  const lock = await lockCohort(folder, context.command);
  const run: CohortRun = { ...context, folder, journal: emptyJournal() };
  const started = context.clock();
  const record = layout.run(context.when.toISOString().replace(/[:.]/g, "-"), context.command);
  const close = (end: "done" | "stopped" | "failed", error?: HeparError): Promise<void> =>
    writeJson(join(folder, record), {
      ...recordOf(run, end, started),
      error: error === undefined ? null : { code: error.code, message: error.message },
    });
  try {
    if (lock.takenOver) await sweep(folder);
    const result = await work(run);
    await close("done");
    return { ...outcomeOf(run, record), result };
  } catch (thrown) {
    const error = toHeparError(thrown);
    // A disk that is full cannot take the record either; the first error is the one to tell.
    await close(error.code === "run.stopped" ? "stopped" : "failed", error).catch(() => {});
    throw error;
  } finally {
    await lock.release();
  }
}

/** Throws `run.stopped` once the signal has come. */
export function requireGoing(run: Pick<RunContext, "signal">): void {
  if (!run.signal.aborted) return;
  throw new HeparError("run.stopped", "stopped", {
    hint: "give the same command again: it goes on where it stopped",
  });
}

/** Tells a warning now, and keeps it for the record. */
export function warn(run: CohortRun, message: string, file?: string): void {
  run.journal.warnings.push(message);
  run.progress({ kind: "warning", message, ...(file === undefined ? {} : { file }) });
}

/** Tells that a step is left out and why, and keeps it for the record and the report. */
export function omit(run: CohortRun, omission: Omission): void {
  run.journal.omissions.push(omission);
  run.progress({ kind: "warning", message: `${omission.step} left out: ${omission.reason}` });
}

function emptyJournal(): Journal {
  return {
    steps: [],
    failures: [],
    alike: new Map(),
    omissions: [],
    warnings: [],
    inputs: {},
    seed: null,
    settings: {},
    runtime: null,
  };
}

function recordOf(run: CohortRun, status: string, started: number): object {
  const { steps, failures, omissions, warnings, inputs, seed, settings, runtime } = run.journal;
  return {
    hepar: run.version,
    command: run.command,
    arguments: run.arguments,
    when: run.when.toISOString(),
    status,
    seconds: (run.clock() - started) / 1000,
    seed,
    settings,
    runtime,
    machine: { node: process.version, platform: process.platform, cpus: cpus().length },
    steps,
    failures,
    omissions,
    warnings,
    inputs,
  };
}

function outcomeOf(run: CohortRun, record: string): RunOutcome {
  const { steps, failures, omissions, warnings, inputs } = run.journal;
  const cases = Object.keys(inputs).length;
  return { cohort: run.folder, record, cases, steps, failures, omissions, warnings };
}

// Temporary files of a process that was killed; `writeAtomically` names them.
async function sweep(folder: string): Promise<void> {
  await makeFolder(folder);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.name.startsWith(temporaryPrefix)) {
      await rm(join(entry.parentPath, entry.name), { force: true, recursive: true });
    }
  }
}
