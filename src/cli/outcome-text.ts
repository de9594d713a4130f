import type { CaseFailure, RunOutcome } from "../cohort/index.ts";
import { counted } from "../core/index.ts";
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
      ...failureLines(failures, `${cohort}/${record}`),
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
    ? `on ${counted(cases, "case")} that training never saw:`
    : `on ${counted(cases, "case")} (the model does not say what it learned from):`,
  `  liver   ${diceText(liver)}`,
  `  tumour  ${diceText(tumour)}`,
];

/** So many that failed alike are named each; of more the first, and how many there are. */
const mostAlike = 5;
const firstAlike = 3;

/**
 * What failed, in the order in which it did, a line a case.
 *
 * @param record - the file that names all
 */
export function failureLines(failures: readonly CaseFailure[], record: string): string[] {
  const kinds = new Map<string, CaseFailure[]>();
  for (const failure of failures) {
    const kind = `${failure.step}, ${failure.code}`;
    const alike = kinds.get(kind);
    if (alike === undefined) kinds.set(kind, [failure]);
    else alike.push(failure);
  }
  return [...kinds].flatMap(([kind, alike]) => {
    const shown = alike.length > mostAlike ? alike.slice(0, firstAlike) : alike;
    const left = alike.length - shown.length;
    return [
      ...shown.map(({ case: name, reason }) => `failed: ${name} (${kind}): ${reason}`),
      ...(left === 0
        ? []
        : [`failed: ${counted(left, "more case")} (${kind}): ${record} names all`]),
    ];
  });
}

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
    ? `${counted(cases, "case")} done`
    : `${counted(cases - failed, "case")} done, ${failed.toLocaleString("en")} failed`;
}
