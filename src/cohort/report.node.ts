import { join, relative } from "node:path";
import { sha256OfFile } from "../files/index.node.ts";
import { type PdfOptions, reportFiles, writeReport } from "../report/index.node.ts";
import type { Failure, LanguageTag, ModelFacts, RunFacts } from "../report/index.ts";
import { catalogTable } from "./catalogue.node.ts";
import { sliceSettingsOf } from "./convert.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { failuresOf, omissionsOf } from "./left-out.node.ts";
import { hashOfModel, type ModelPlace, networksOf } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { provenanceOf, readStamp } from "./stamp.node.ts";
import { runStep } from "./step.node.ts";
import { trainingOf } from "./train.node.ts";

/**
 * The report, as one page that needs nothing else.
 *
 * @param options.model - whose training and scores it shows; undefined for none
 * @returns its path, relative to the cohort
 */
export async function report(
  run: CohortRun,
  options: {
    readonly model: ModelPlace | undefined;
    readonly language: LanguageTag;
    readonly pdf?: PdfOptions | undefined;
  },
): Promise<string> {
  const { language, model, pdf = {} } = options;
  const failures = await failuresToTell(run, model);
  const tables = [
    layout.catalog,
    layout.lesions,
    layout.slices,
    layout.splits,
    ...(model === undefined
      ? []
      : [
          relative(run.folder, join(networksOf(model)[0]?.folder ?? model.folder, "training.csv")),
          `${layout.model(model.name)}/rate-finder.csv`,
          layout.scores(model.name),
          layout.summary(model.name),
        ]),
  ];
  const facts = await factsOf(run, model);
  const { when: _now, command: _typed, steps: _durations, ...told } = facts;
  await runStep(run, {
    step: "report",
    version: 5,
    settings: { language, model: model?.name ?? null, ...pdf },
    inputs: [
      ...[told, failures, model?.own, model?.description, model?.networks?.map(hashOfModel)],
      await Promise.all(tables.map((path) => hashOf(run, path))),
      // The pictures' files are many: what they were made from tells as much.
      await provenanceOf(run, { step: "convert" }),
      model === undefined ? null : await provenanceOf(run, { step: "predict", of: model.name }),
    ],
    outputs: reportFiles,
    work: async () => {
      await writeReport({
        cohort: run.folder,
        model: isTold(model) ? model : null,
        neighbours: (await sliceSettingsOf(run)).neighbours,
        language,
        failures,
        run: facts,
        pdf,
        progress: run.progress,
      });
      return null;
    },
  });
  return layout.report;
}

/** Of a network from elsewhere there is no training to tell of. */
const isTold = (model: ModelPlace | undefined): model is ModelPlace & ModelFacts =>
  model !== undefined && networksOf(model).every(({ description }) => description !== null);

async function hashOf(run: CohortRun, path: string): Promise<string | null> {
  const full = join(run.folder, path);
  return (await exists(full)) ? sha256OfFile(full) : null;
}

// Catalogue, study and convert come before every report; what the steps of a model could not do
// may have been an earlier command's.
async function failuresToTell(run: CohortRun, model: ModelPlace | undefined): Promise<Failure[]> {
  const ofModel = ["predict", "evaluate"].map((step) => ({ step, of: model?.name ?? "" }));
  const steps = model === undefined ? [] : ofModel;
  const left = await omissionsOf(run, model?.own === false ? steps : [{ step: "train" }, ...steps]);
  return [
    ...run.journal.failures.filter(({ step }) => !ofModel.some((one) => one.step === step)),
    ...(await Promise.all(steps.map((step) => failuresOf(run, step)))).flat(),
    ...left.map((omission) => ({ ...omission, case: null })),
  ];
}

/** What the report of a cohort tells of the run that makes it. */
export async function factsOf(run: CohortRun, model: ModelPlace | undefined): Promise<RunFacts> {
  const training = model?.own ? await trainingOf(run, model) : null;
  const runtime = training?.runtime ?? run.journal.runtime;
  const { data = "" } = (await readStamp(run, catalogTable))?.settings ?? {};
  return {
    when: run.when.toISOString(),
    heparVersion: run.version,
    command: ["hepar", ...run.arguments].join(" "),
    seed: training?.seed ?? null,
    dataFolder: String(data),
    settings: training?.settings ?? {},
    steps: run.journal.steps.map(({ step, seconds }) => ({ step, seconds })),
    versions: {
      Node: process.version,
      ...(runtime === null ? {} : { "ONNX Runtime": runtime }),
    },
  };
}
