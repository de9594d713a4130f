import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { readTable } from "../catalog/index.node.ts";
import type { Columns } from "../catalog/index.ts";
import { type Progress, silent } from "../core/index.ts";
import { type CaseScoreRow, caseScoreColumns, type EvaluationSummary } from "../evaluate/index.ts";
import { readJson } from "../files/index.node.ts";
import { type SliceRow, sliceColumns } from "../slices/index.ts";
import { type LesionRow, lesionColumns, studiedColumns } from "../study/index.ts";
import { epochColumns, ratePointColumns } from "../train/index.ts";
import { type CohortTables, writeCasePages } from "./case-pages.node.ts";
import { byCase } from "./choice.ts";
import {
  conversionOf,
  type DiceIntervals,
  type Failure,
  heldOutOf,
  type ModelFacts,
  type ReportContent,
  type RunFacts,
} from "./content.ts";
import type { PdfOptions } from "./document/pdf.node.ts";
import { writeFigures } from "./figure-files.node.ts";
import { drawFigures } from "./figures/figures.ts";
import { type LanguageTag, languageOf } from "./language.ts";
import { cohortDocument } from "./page.ts";
import { makePictures } from "./pictures.node.ts";
import { writeDocument } from "./write-document.node.ts";

/** What a report is about. */
export interface WriteReportOptions {
  /** The cohort folder. */
  readonly cohort: string;
  /** The network whose training and scores to show; null for none. */
  readonly model: ModelFacts | null;
  /** Slices on either side that a slice's image shows too (2.5D), default 0; its own channels are shown. */
  readonly neighbours?: number;
  readonly language: LanguageTag;
  readonly failures: readonly Failure[];
  readonly run: RunFacts;
  /** In place of the language's own title. */
  readonly title?: string;
  readonly pdf?: PdfOptions;
  readonly progress?: Progress;
}

/** The files of a cohort's report, relative to its folder; beside them cases/ and figures/. */
export const reportFiles: readonly string[] = [
  "report/index.html",
  "report/report.pdf",
  "report/report.md",
  "report/report.json",
];

/**
 * The report of a cohort folder: report/index.html, the same as report.pdf, report.md and
 * report.json, its figures as files in report/figures, and a page for each case in report/cases.
 * A table or a network that is not there gives a section that says so.
 *
 * @returns the page's path
 * @throws `table.unreadable`, `cohort.invalid` or `image.unreadable` when a file is damaged;
 *   `output.full`, `output.unwritable`
 */
export async function writeReport(options: WriteReportOptions): Promise<string> {
  const { cohort, language, pdf = {}, progress = silent } = options;
  const step = "report";
  const tables = await readTables(options);
  progress({ kind: "start", step, total: tables.cases.length + 1, unit: "pages" });
  const folder = join(cohort, "report");
  let done = 0;
  const advance = (): void => progress({ kind: "advance", step, done: ++done });
  await writeCasePages(tables, { folder, language, advance });
  const content = await gather(options, tables);
  const figures = drawFigures(content, languageOf(language));
  await writeFigures(cohort, [...figures.study, ...figures.training, ...figures.scores]);
  await writeDocument(cohortDocument(content, { language, figures }), {
    ...{ folder, name: "report", page: "index.html", pdf },
    data: cohortData(content),
  });
  advance();
  progress({ kind: "end", step });
  return join(cohort, reportFiles[0] ?? "");
}

/** The numbers of a report on a cohort. */
const cohortData = ({ pictures: _pictures, ...numbers }: ReportContent): object => numbers;

/** The tables of a cohort that the report of each of its cases is made of. */
export async function readTables({
  cohort,
  model,
  run,
  neighbours = 0,
}: TablesOptions): Promise<AllTables> {
  const table = <Row>(path: string, columns: Columns<Row>): Promise<Row[] | null> =>
    ifThere(join(cohort, path), (file) => readTable(file, columns));
  const slices = await table("slices/slices.parquet", sliceColumns);
  const lesions = (await table("lesions.parquet", lesionColumns)) ?? [];
  const scores =
    model === null ? null : await table(`evaluation/${model.name}/cases.csv`, caseScoreColumns);
  return {
    cohort,
    run,
    cases: (await table("catalog.parquet", studiedColumns)) ?? [],
    lesions: byCase(lesions),
    slices: byCase(slices ?? []),
    neighbours,
    scores: new Map((scores ?? []).map((score) => [score.case, score])),
    model: model?.name ?? null,
    summary: model === null ? null : await readEvaluation(cohort, model.name),
    all: { lesions, slices, scores },
  };
}

type TablesOptions = Pick<WriteReportOptions, "cohort" | "run" | "neighbours"> & {
  readonly model: Pick<ModelFacts, "name"> | null;
};

/** As they are read, too. */
interface AllTables extends CohortTables {
  readonly all: {
    readonly lesions: readonly LesionRow[];
    readonly slices: readonly SliceRow[] | null;
    readonly scores: readonly CaseScoreRow[] | null;
  };
}

/** Everything the cohort folder holds that a report can show. */
async function gather(
  options: WriteReportOptions,
  { cases, summary, all: { lesions, slices, scores } }: AllTables,
): Promise<ReportContent> {
  const { cohort, model, failures, run, title, neighbours = 0 } = options;
  const table = <Row>(path: string, columns: Columns<Row>): Promise<Row[] | null> =>
    ifThere(join(cohort, path), (file) => readTable(file, columns));
  const shown =
    model === null ? null : { name: model.name, heldOut: model.own ? heldOutOf(model) : null };
  return {
    title: title ?? null,
    run,
    failures,
    cases,
    lesions,
    sliceCount: slices?.length ?? null,
    conversion: slices === null ? null : conversionOf(slices),
    model,
    epochs: model?.own ? ((await table(journalOf(model), epochColumns)) ?? []) : [],
    rates: model?.own
      ? ((await table(`models/${model.name}/rate-finder.csv`, ratePointColumns)) ?? [])
      : [],
    scores,
    summary,
    intervals: model === null ? null : await intervalsOf(cohort, model.name),
    pictures: await makePictures({ cohort, slices: slices ?? [], neighbours, model: shown }),
    casePages: true,
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

/** How a model did on the patients it never saw; null where a cohort does not say. */
export const readEvaluation = (cohort: string, model: string): Promise<EvaluationSummary | null> =>
  ifThere(join(cohort, "evaluation", model, "summary.json"), (file) =>
    readJson(file, summarySchema),
  );

const estimateSchema = z
  .object({
    scores: z.object({
      dice: z.object({ ci95: z.object({ low: z.number(), high: z.number() }).nullable() }),
    }),
  })
  .transform(({ scores }) => scores.dice.ci95);

/** Summaries of an earlier hepar have no intervals. */
const intervalsSchema = z
  .object({ liver: estimateSchema, tumour: estimateSchema })
  .nullable()
  .catch(null);

const intervalsOf = (cohort: string, model: string): Promise<DiceIntervals | null> =>
  ifThere(join(cohort, "evaluation", model, "summary.json"), (file) =>
    readJson(file, intervalsSchema),
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
