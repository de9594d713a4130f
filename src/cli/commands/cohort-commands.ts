import { type Command, command, type Surroundings } from "../command.ts";
import { requiredText, text } from "../option.ts";
import { resultOf, scoreLines } from "../outcome-text.ts";
import { catalogCommand, studyCommand } from "./catalog-commands.ts";
import {
  cohort,
  data,
  dataOptions,
  lang,
  modelOption,
  out,
  scoreMode,
  trainOptions,
} from "./choices.ts";
import { convertCommand } from "./convert-command.ts";
import { calibrateCommand, predictCommand } from "./predict-command.ts";
import { reportCommand } from "./report-command.ts";
import { findRate, train } from "./training-commands.ts";

// Loaded when a command runs, so that help comes at once.
const cohorts = () => import("../../cohort/index.node.ts");

const contextOf = (name: string, around: Surroundings) => ({ ...around, command: name });

const run = command({
  name: "run",
  summary: "every step, from a folder of scans to a report; resumable",
  arguments: { data },
  options: { out, ...dataOptions, model: modelOption, ...trainOptions, lang },
  example: "hepar run ~/lits --out ~/lits-cohort",
  async run({ out, lang, ...choices }, around) {
    const { runCohort } = await cohorts();
    const options = { ...choices, cohort: out, language: lang };
    const outcome = await runCohort(options, contextOf("run", around));
    const { report, model, summary } = outcome.result;
    return resultOf(outcome, {
      json: { report, model, summary },
      lines: [...(summary === null ? [] : scoreLines(summary)), `report: ${out}/${report}`],
    });
  },
});

const evaluate = command({
  name: "evaluate",
  summary: "a model's scores on the patients that training never saw",
  arguments: { cohort },
  options: {
    model: requiredText("<name>", modelOption.description),
    against: text("<name>", "another model: how they differ, with intervals and a paired test"),
    mode: scoreMode,
  },
  example: "hepar evaluate ~/lits-cohort --model wide --against unet",
  async run({ cohort, model, against, mode }, around) {
    const { evaluateCohort } = await cohorts();
    const { comparisonLines, litsLines, summaryLines } = await import("../../evaluate/index.ts");
    const outcome = await evaluateCohort(
      { cohort, model, against, lits: mode === "lits" },
      contextOf("evaluate", around),
    );
    const { summary, lits, comparison } = outcome.result;
    return resultOf(outcome, {
      json: { model, summary, lits, comparison },
      lines: [
        ...scoreLines(summary),
        ...(lits === null ? summaryLines(summary) : litsLines(lits)),
        ...(comparison === null ? [] : comparisonLines(comparison)),
      ],
    });
  },
});

/** The commands on a cohort folder, in the order in which they work. */
export const cohortCommands: readonly Command[] = [
  run,
  catalogCommand,
  studyCommand,
  convertCommand,
  findRate,
  train,
  calibrateCommand,
  predictCommand,
  evaluate,
  reportCommand,
];
