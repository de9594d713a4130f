import { basename, dirname, join, resolve } from "node:path";
import { HeparError } from "../core/index.ts";
import { makeFolder } from "../files/index.node.ts";
import {
  type PdfOptions,
  readEvaluation,
  readTables,
  writeCaseReport,
  writeScanReport,
} from "../report/index.node.ts";
import type { LanguageTag, RunFacts } from "../report/index.ts";
import { loadCatalogue } from "./catalogue.node.ts";
import { sliceSettingsOf } from "./convert.node.ts";
import { exists, requireCohort } from "./folder.node.ts";
import { onlyModel, requireModel } from "./model.node.ts";
import type { RunOutcome } from "./outcome.ts";
import { predictScan } from "./predict-scan.node.ts";
import { factsOf } from "./report.node.ts";
import { inCohort, type RunContext } from "./run.node.ts";
import { study } from "./study.node.ts";

interface PatientReportOptions {
  readonly language: LanguageTag;
  readonly pdf: PdfOptions;
  /** Where the report goes; made when it is not there. */
  readonly out?: string | undefined;
}

/** Where a report of one patient is. */
export interface PatientReport {
  /** Absolute. */
  readonly folder: string;
  /** The page first. */
  readonly files: readonly string[];
  /** The mask that a network drew, absolute; null where one was given. */
  readonly mask: string | null;
}

/**
 * The report of one scan, outside any cohort: of the mask that is given, or that a network draws.
 *
 * @param options.out - default: a new folder beside the scan, `<scan>-report`
 * @throws `usage.missing` without mask and model, `usage.argument` with both or when the folder is
 *   there already and was not named; what `hepar measure` and `hepar predict` throw
 */
export async function reportScan(
  options: PatientReportOptions & {
    readonly scan: string;
    readonly mask?: string | undefined;
    readonly model?: string | undefined;
  },
  context: RunContext,
): Promise<PatientReport> {
  const scan = resolve(options.scan);
  const { language, pdf } = options;
  requireOneMask(options);
  const folder = await requireFolder(scan, options.out);
  const drawn = await drawnMask({ ...options, scan, folder }, context);
  const mask = drawn?.mask ?? resolve(options.mask ?? "");
  const files = await writeScanReport(
    { scan, mask },
    { language, pdf, folder, run: runFacts(scan, context), predictedBy: predictedBy(drawn) },
  );
  return { folder, files, mask: drawn?.mask ?? null };
}

/** Without the mask's place on this machine. */
function predictedBy(drawn: DrawnMask | null): Omit<DrawnMask, "mask"> | null {
  if (drawn === null) return null;
  const { mask: _place, ...told } = drawn;
  return told;
}

function requireOneMask({
  scan,
  mask,
  model,
}: {
  readonly scan: string;
  readonly mask?: string | undefined;
  readonly model?: string | undefined;
}): void {
  if (mask === undefined && model === undefined) {
    throw new HeparError(
      "usage.missing",
      "a scan's report needs its mask, or a model to draw one",
      {
        file: scan,
        hint: "hepar report <scan> --mask <mask>, or --model <folder of a trained model>",
      },
    );
  }
  if (mask !== undefined && model !== undefined) {
    throw new HeparError("usage.argument", "--mask and --model: expected one of them, got both", {
      hint: "a report is about one mask; nothing was written",
    });
  }
}

// A folder that nobody named may be somebody's work.
async function requireFolder(scan: string, typed: string | undefined): Promise<string> {
  if (typed !== undefined) return resolve(typed);
  const folder = `${scan.replace(/\.nii(\.gz)?$/, "")}-report`;
  if (!(await exists(folder))) return folder;
  throw new HeparError("usage.argument", `${folder} is there already`, {
    file: folder,
    hint: "name the report's folder with --out; nothing was changed",
  });
}

type DrawnMask = NonNullable<Parameters<typeof writeScanReport>[1]["predictedBy"]> & {
  /** Absolute. */
  readonly mask: string;
};

/** A network's mask of the scan, in the report's folder; null where a mask was given. */
async function drawnMask(
  {
    scan,
    model,
    folder,
  }: { readonly scan: string; readonly model?: string | undefined; readonly folder: string },
  context: RunContext,
): Promise<DrawnMask | null> {
  if (model === undefined) return null;
  const place = await requireModel(resolve("."), model);
  await makeFolder(folder);
  const made = await predictScan({ scan, model, out: join(folder, "mask.nii.gz") }, context);
  // A model of a cohort lies in models/<name>, and how it did in evaluation/<name>.
  const name = basename(place.folder);
  const summary = await readEvaluation(dirname(dirname(place.folder)), name);
  const { mask, warnings, lesions = null } = made;
  return { mask, model: name, summary, lesions, warnings };
}

const runFacts = (scan: string, context: RunContext): RunFacts => ({
  when: context.when.toISOString(),
  heparVersion: context.version,
  command: ["hepar", ...context.arguments].join(" "),
  seed: null,
  dataFolder: dirname(scan),
  settings: {},
  steps: [],
  versions: { Node: process.version },
});

/**
 * The report of one case of a cohort, in all forms.
 *
 * @param options.model - whose prediction and score it shows; not given: the only model, or none
 * @param options.out - default: the cohort's report/cases
 * @returns as result where it is
 * @throws `usage.argument` when there is no such case
 */
export async function reportCase(
  options: PatientReportOptions & {
    readonly cohort: string;
    readonly case: string;
    readonly model?: string | undefined;
  },
  context: RunContext,
): Promise<RunOutcome & { readonly result: PatientReport }> {
  const cohort = await requireCohort(options.cohort);
  const { model: typed, language, pdf, case: name } = options;
  const model = typed === undefined ? await onlyModel(cohort) : await requireModel(cohort, typed);
  const folder = options.out === undefined ? join(cohort, "report/cases") : resolve(options.out);
  return inCohort({ folder: cohort, context }, async (run) => {
    await study(run, await loadCatalogue(run));
    const facts = await factsOf(run, model);
    const tables = await readTables({
      ...{ cohort, model: model ?? null, run: facts },
      neighbours: (await sliceSettingsOf(run)).neighbours,
    });
    const known = tables.cases.map((row) => row.case);
    if (!known.includes(name)) {
      throw new HeparError("usage.argument", `--case: the cohort has no case ${name}`, {
        hint: `it has ${known.slice(0, 5).join(", ")}${known.length > 5 ? " …" : ""}`,
      });
    }
    const files = await writeCaseReport(name, { tables, folder, language, pdf });
    return { folder, files, mask: null };
  });
}
