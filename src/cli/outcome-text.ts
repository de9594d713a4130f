import type { RunOutcome } from "../cohort/index.ts";
import type { EvaluationSummary, StructureSummary } from "../evaluate/index.ts";
import type { CommandResult } from "./command.ts";
import { exitStatus } from "./exit-status.ts";

/**
 * How a command on a cohort ended, for people and programs: what failed is named with its reason,
 * and the exit status is 4 when a case did.
 *
 * @param extra.lines - what this command has to say itself
 * @param extra.json - fields of its own for the document of `--json`
 */
export function resultOf(
  outcome: RunOutcome,
  extra: Partial<Pick<CommandResult, "lines" | "json">> = {},
): CommandResult {
  const { cohort, record, cases, steps, failures, omissions, warnings } = outcome;
  return {
    status: statusOfOutcome(outcome),
    json: { cohort, record, cases, ...extra.json, failures, omissions, warnings, steps },
    lines: [
      ...failures.map(
        ({ case: name, step, code, reason }) => `failed: ${name} (${step}, ${code}): ${reason}`,
      ),
      ...omissions.map(({ step, reason }) => `left out: ${step}: ${reason}`),
      countLine(outcome),
      ...keptLines(outcome),
      ...(extra.lines ?? []),
    ],
  };
}

/** Scores as lines of text, with what they are worth. */
export const scoreLines = ({ cases, unseen, liver, tumour }: EvaluationSummary): string[] => [
  unseen
    ? `on ${counted(cases)} that training never saw:`
    : `on ${counted(cases)} (the model does not say what it learned from):`,
  `  liver   ${diceText(liver)}`,
  `  tumour  ${diceText(tumour)}`,
];

const counted = (cases: number): string => (cases === 1 ? "1 case" : `${cases} cases`);

function diceText({ dicePerCase, definedCases, diceGlobal }: StructureSummary): string {
  if (dicePerCase === null || diceGlobal === null) return "Dice undefined: no case has any";
  const mean = `Dice ${dicePerCase.toFixed(3)} a case (mean of ${definedCases})`;
  return `${mean}, ${diceGlobal.toFixed(3)} over all voxels`;
}

// Training that too few patients did not allow is bad input; without masks it was not expected.
function statusOfOutcome({ failures, omissions }: RunOutcome): number {
  if (failures.length > 0) return exitStatus.someFailed;
  return omissions.some(({ code }) => code === "split.too-few")
    ? exitStatus.input
    : exitStatus.done;
}

function keptLines({ steps }: RunOutcome): string[] {
  const kept = steps.filter(({ status }) => status === "kept").map(({ step }) => step);
  return kept.length === 0 ? [] : [`unchanged, kept from before: ${kept.join(", ")}`];
}

function countLine({ cases, failures }: RunOutcome): string {
  const failed = new Set(failures.map((failure) => failure.case)).size;
  return failed === 0
    ? `${counted(cases)} done`
    : `${counted(cases - failed)} done, ${failed} failed`;
}
