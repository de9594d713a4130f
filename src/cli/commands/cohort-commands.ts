import { stat } from "node:fs/promises";
import { HeparError } from "../../core/index.ts";
import { type Command, type CommandResult, command, type Surroundings } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { argument, requiredText, text } from "../option.ts";
import { resultOf, scoreLines } from "../outcome-text.ts";
import { catalogCommand, studyCommand } from "./catalog-commands.ts";
import { cohort, data, dataOptions, lang, modelOption, out, trainOptions } from "./choices.ts";
import { convertCommand } from "./convert-command.ts";
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

const predict = command({
  name: "predict",
  summary: "a trained model's masks, on the scans' own grids",
  arguments: { target: argument("a cohort folder, or one scan (.nii, .nii.gz)") },
  options: {
    model: requiredText("<name>", modelOption.description),
    out: text(
      "<file>",
      "for one scan: the mask to write (.nii.gz); default: a new file beside the scan",
    ),
  },
  example: "hepar predict scan.nii.gz --model ~/lits-cohort/models/unet --out mask.nii.gz",
  async run({ target, model, out }, around) {
    // By its name, so that a scan that is not there is missed as a scan.
    const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() ?? false;
    if (!isFolder && /\.nii(\.gz)?$/.test(target)) {
      return predictOne({ scan: target, model, out }, around);
    }
    if (out !== undefined) {
      throw new HeparError("usage.argument", "--out: names the mask of one scan, not of a cohort", {
        hint: "a cohort's masks go to predictions/ in its folder",
      });
    }
    const { predictCohort } = await cohorts();
    const outcome = await predictCohort({ cohort: target, model }, contextOf("predict", around));
    const { result: name } = outcome;
    return resultOf(outcome, {
      json: { model: name },
      lines: [`masks: ${target}/predictions/${name}`],
    });
  },
});

async function predictOne(
  { scan, model, out }: { scan: string; model: string; out: string | undefined },
  around: Surroundings,
): Promise<CommandResult> {
  const { predictScan } = await cohorts();
  const prediction = await predictScan({ scan, model, out }, around);
  return {
    status: exitStatus.done,
    json: { ...prediction },
    lines: [`mask: ${prediction.mask}`],
  };
}

const evaluate = command({
  name: "evaluate",
  summary: "a model's scores on the patients that training never saw",
  arguments: { cohort },
  options: { model: requiredText("<name>", modelOption.description) },
  example: "hepar evaluate ~/lits-cohort --model wide",
  async run({ cohort, model }, around) {
    const { evaluateCohort } = await cohorts();
    const outcome = await evaluateCohort({ cohort, model }, contextOf("evaluate", around));
    const summary = outcome.result;
    return resultOf(outcome, { json: { model, summary }, lines: scoreLines(summary) });
  },
});

const report = command({
  name: "report",
  summary: "the report, one page that needs no network, in English or French",
  arguments: { cohort },
  options: { model: modelOption, lang },
  example: "hepar report ~/lits-cohort --lang fr",
  async run({ cohort, model, lang }, around) {
    const { reportCohort } = await cohorts();
    const options = { cohort, model, language: lang };
    const outcome = await reportCohort(options, contextOf("report", around));
    const { result: report } = outcome;
    return resultOf(outcome, { json: { report }, lines: [`report: ${cohort}/${report}`] });
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
  predict,
  evaluate,
  report,
];
