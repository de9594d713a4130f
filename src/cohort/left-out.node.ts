import { type ErrorCode, HeparError } from "../core/index.ts";
import type { CaseFailure, Omission } from "./outcome.ts";
import { type CohortRun, omit } from "./run.node.ts";
import { caseStamps, readStamp, removeStamp, type StepName, writeStamp } from "./stamp.node.ts";

/** What leaves out the network, but not the report that says so. */
const leavesOut = new Set<ErrorCode>(["cohort.no-masks", "split.too-few"]);

/**
 * A step's result; undefined when the input does not allow the step. That is told now, and to the
 * reports of later commands until the step is done.
 */
export async function unlessLeftOut<Result>(
  run: CohortRun,
  step: StepName,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof HeparError) || !leavesOut.has(thrown.code)) throw thrown;
    const failure = { code: thrown.code, reason: thrown.message };
    const place = { ...leftOut(step), version: 1, settings: {} };
    await writeStamp(run, place, { inputs: null, value: null, failure });
    omit(run, { step: step.step, ...failure });
    return undefined;
  }
}

/** Forgets that a step was once left out: it has been done. */
export const noLongerLeftOut = (run: CohortRun, step: StepName): Promise<void> =>
  removeStamp(run, leftOut(step));

/** Those of the steps that the last command to try them left out. */
export async function omissionsOf(run: CohortRun, steps: readonly StepName[]): Promise<Omission[]> {
  const stamps = await Promise.all(steps.map((step) => readStamp(run, leftOut(step))));
  return stamps.flatMap((stamp, index) =>
    stamp?.failure === undefined ? [] : [{ step: steps[index].step, ...stamp.failure }],
  );
}

/** The cases that a step could not do when it was last tried, by whichever command. */
export async function failuresOf(run: CohortRun, step: StepName): Promise<CaseFailure[]> {
  return [...(await caseStamps(run, step))].flatMap(([name, { failure }]) =>
    failure === undefined ? [] : [{ case: name, step: step.step, ...failure }],
  );
}

// Beside the step's own stamp, and no model's name: those do not begin with a dot.
const leftOut = ({ step, of }: StepName): StepName => ({
  step,
  of: of === undefined ? ".left-out" : `.left-out.${of}`,
});
