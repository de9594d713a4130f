import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { readTable } from "../catalog/index.node.ts";
import type { Columns } from "../catalog/index.ts";
import { type Progress, silent } from "../core/index.ts";
import { caseScoreColumns, type EvaluationSummary } from "../evaluate/index.ts";
import { readJson, writeAtomically } from "../files/index.node.ts";
import { sliceColumns } from "../slices/index.ts";
import { lesionColumns, studiedColumns } from "../study/index.ts";
import { epochColumns, ratePointColumns } from "../train/index.ts";
import {
  type Failure,
  heldOutOf,
  type ModelFacts,
  type ReportContent,
  type RunFacts,
} from "./content.ts";
import { writeFigures } from "./figure-files.node.ts";
import { drawFigures } from "./figures/figures.ts";
import { type LanguageTag, languageOf } from "./language.ts";
import { renderReport } from "./page.ts";
import { makePictures } from "./pictures.node.ts";

/** What a report is about. */
export interface WriteReportOptions {
  /** The cohort folder. */
  readonly cohort: string;
  /** The network whose training and scores to show; null for none. */
  readonly model: ModelFacts | null;
  readonly language: LanguageTag;
  readonly failures: readonly Failure[];
  readonly run: RunFacts;
  /** In place of the language's own title. */
  readonly title?: string;
  readonly progress?: Progress;
}

/**
 * The report of a cohort folder: report/index.html, and its figures as files in report/figures.
 * A table or a network that is not there gives a section that says so.
 *
 * @returns the page's path
 * @throws `table.unreadable`, `cohort.invalid` or `image.unreadable` when a file is damaged;
 *   `output.full`, `output.unwritable`
 */
export async function writeReport(options: WriteReportOptions): Promise<string> {
  const { cohort, language, progress = silent } = options;
  const step = "report";
  progress({ kind: "start", step, total: 3, unit: "parts" });
  const content = await gather(options);
  progress({ kind: "advance", step, done: 1 });
  const figures = drawFigures(content, languageOf(language));
  await writeFigures(cohort, [...figures.study, ...figures.training, ...figures.scores]);
  progress({ kind: "advance", step, done: 2 });
  const path = join(cohort, "report", "index.html");
  await writeAtomically(path, renderReport(content, { language, figures }));
  progress({ kind: "advance", step, done: 3 });
  progress({ kind: "end", step });
  return path;
}

/** Everything the cohort folder holds that a report can show. */
async function gather(options: WriteReportOptions): Promise<ReportContent> {
  const { cohort, model, failures, run, title } = options;
  const table = <Row>(path: string, columns: Columns<Row>): Promise<Row[] | null> =>
    ifThere(join(cohort, path), (file) => readTable(file, columns));
  const slices = await table("slices/slices.parquet", sliceColumns);
  return {
    title: title ?? null,
    run,
    failures,
    cases: (await table("catalog.parquet", studiedColumns)) ?? [],
    lesions: (await table("lesions.parquet", lesionColumns)) ?? [],
    sliceCount: slices?.length ?? null,
    model,
    epochs: model?.own ? ((await table(journalOf(model), epochColumns)) ?? []) : [],
    rates: model?.own
      ? ((await table(`models/${model.name}/rate-finder.csv`, ratePointColumns)) ?? [])
      : [],
    scores:
      model === null ? null : await table(`evaluation/${model.name}/cases.csv`, caseScoreColumns),
    summary: model === null ? null : await summaryOf(cohort, model.name),
    pictures: await makePictures({
      cohort,
      slices: slices ?? [],
      model:
        model === null
          ? null
          : {
              name: model.name,
              heldOut: model.own ? heldOutOf(model) : null,
            },
    }),
  };
}

const journalOf = ({ name, networks }: ModelFacts): string =>
  [
    "models",
    name,
    ...(networks?.slice(0, 1).map(({ folder }) => basename(folder)) ?? []),
    "training.csv",
  ].join("/");

const structureSchema = z.object({
  dicePerCase: z.number().nullable(),
  definedCases: z.number(),
  undefinedCases: z.number(),
  diceGlobal: z.number().nullable(),
});

const summarySchema: z.ZodType<EvaluationSummary> = z.object({
  model: z.string(),
  unseen: z.boolean().default(false),
  cases: z.number(),
  missing: z.number(),
  liver: structureSchema,
  tumour: structureSchema,
});

const summaryOf = (cohort: string, model: string): Promise<EvaluationSummary | null> =>
  ifThere(join(cohort, "evaluation", model, "summary.json"), (file) =>
    readJson(file, summarySchema),
  );

/** What is read from a file, or null when there is no such file. */
async function ifThere<Value>(
  path: string,
  read: (path: string) => Promise<Value>,
): Promise<Value | null> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  return there ? read(path) : null;
}
