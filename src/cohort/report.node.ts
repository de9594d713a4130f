import { join } from "node:path";
import { sha256OfFile } from "../files/index.node.ts";
import { writeReport } from "../report/index.node.ts";
import type { Failure, LanguageTag, RunFacts } from "../report/index.ts";
import { catalogTable } from "./catalogue.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { ModelPlace } from "./model.node.ts";
import type { CohortRun } from "./run.node.ts";
import { readStamp } from "./stamp.node.ts";
import { runStep } from "./step.node.ts";

/**
 * The report, as one page that needs nothing else.
 *
 * @param options.model - whose training and scores it shows; undefined for none
 * @returns its path, relative to the cohort
 */
export async function report(
  run: CohortRun,
  options: { readonly model: ModelPlace | undefined; readonly language: LanguageTag },
): Promise<string> {
  const { language, model } = options;
  const failures: Failure[] = [
    ...run.journal.failures,
    ...run.journal.omissions.map((omission) => ({ ...omission, case: null })),
  ];
  const tables = [
    layout.catalog,
    layout.lesions,
    layout.slices,
    layout.splits,
    ...(model === undefined
      ? []
      : [
          `${layout.model(model.name)}/training.csv`,
          layout.scores(model.name),
          layout.summary(model.name),
        ]),
  ];
  const facts = await factsOf(run);
  await runStep(run, {
    step: "report",
    version: 1,
    settings: { language, model: model?.name ?? null },
    inputs: [run.version, failures, await Promise.all(tables.map((path) => hashOf(run, path)))],
    outputs: [layout.report],
    work: async () => {
      await writeReport({
        cohort: run.folder,
        model: model ?? null,
        language,
        failures,
        run: facts,
        progress: run.progress,
      });
      return null;
    },
  });
  return layout.report;
}

async function hashOf(run: CohortRun, path: string): Promise<string | null> {
  const full = join(run.folder, path);
  return (await exists(full)) ? sha256OfFile(full) : null;
}

async function factsOf(run: CohortRun): Promise<RunFacts> {
  const { seed, settings, steps, runtime } = run.journal;
  const { data = "" } = (await readStamp(run, catalogTable))?.settings ?? {};
  return {
    when: run.when.toISOString(),
    heparVersion: run.version,
    command: ["hepar", ...run.arguments].join(" "),
    seed,
    dataFolder: String(data),
    settings,
    steps: steps.map(({ step, seconds }) => ({ step, seconds })),
    versions: {
      Node: process.version,
      ...(runtime === null ? {} : { "ONNX Runtime": runtime }),
    },
  };
}
