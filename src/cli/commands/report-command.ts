import { stat } from "node:fs/promises";
import { join } from "node:path";
import { HeparError } from "../../core/index.ts";
import { type Command, type CommandResult, command, type Surroundings } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { argument, choice, text } from "../option.ts";
import { resultOf } from "../outcome-text.ts";
import { lang, modelOption } from "./choices.ts";

// Loaded when the command runs, so that help comes at once.
const cohorts = () => import("../../cohort/index.node.ts");

const paper = choice(["a4", "letter"], { description: "the PDF's paper", fallback: "a4" });

const pdf = choice(["ua-1", "a-2a", "a-2b"], {
  description:
    "what the PDF promises: PDF/UA-1, PDF/A-2a or PDF/A-2b, one at a time; all are tagged",
  fallback: "ua-1",
});

/** The command that writes the report of a cohort, of one of its cases, or of one scan. */
export const reportCommand: Command = command({
  name: "report",
  summary: "the report of a cohort or of one patient: a page, a PDF, Markdown and JSON",
  arguments: {
    target: argument("a cohort folder, or one scan (.nii, .nii.gz)"),
  },
  options: {
    mask: text("<file>", "for one scan: its mask, 1 liver, 2 tumour"),
    model: modelOption,
    case: text("<name>", "of a cohort: the report of this case alone"),
    out: text(
      "<folder>",
      "for one scan or case: where the report goes; default: a new folder beside the scan, the cohort's report/cases",
    ),
    lang,
    paper,
    pdf,
  },
  example: "hepar report ~/lits-cohort --case volume-4 --lang fr",
  async run({ target, mask, model, case: name, out, lang, paper, pdf }, around) {
    const options = { model, language: lang, pdf: { paper, standard: pdf } };
    // By its name, so that a scan that is not there is missed as a scan.
    const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() ?? false;
    if (!isFolder && /\.nii(\.gz)?$/.test(target)) {
      refuse(name, { flag: "--case", hint: "a scan is one case" });
      return ofScan({ ...options, scan: target, mask, out }, around);
    }
    refuse(mask, { flag: "--mask", hint: "a cohort has its masks" });
    const context = { ...around, command: "report" };
    const { reportCase, reportCohort } = await cohorts();
    if (name !== undefined) {
      const outcome = await reportCase({ ...options, cohort: target, case: name, out }, context);
      const { folder, files } = outcome.result;
      return resultOf(outcome, {
        json: { folder, files },
        lines: [`report: ${join(folder, files[0] ?? "")}`],
      });
    }
    refuse(out, { flag: "--out", hint: "a cohort's report goes to report/ in its folder" });
    const outcome = await reportCohort({ ...options, cohort: target }, context);
    const { result: report } = outcome;
    return resultOf(outcome, { json: { report }, lines: [`report: ${target}/${report}`] });
  },
});

function refuse(
  typed: string | undefined,
  { flag, hint }: { readonly flag: string; readonly hint: string },
): void {
  if (typed === undefined) return;
  throw new HeparError("usage.argument", `${flag}: does not go with this input`, { hint });
}

async function ofScan(
  options: Parameters<Awaited<ReturnType<typeof cohorts>>["reportScan"]>[0],
  around: Surroundings,
): Promise<CommandResult> {
  const { reportScan } = await cohorts();
  const { folder, files, mask } = await reportScan(options, { ...around, command: "report" });
  return {
    status: exitStatus.done,
    json: { folder, files, mask },
    lines: [`report: ${join(folder, files[0] ?? "")}`, ...(mask === null ? [] : [`mask: ${mask}`])],
  };
}
