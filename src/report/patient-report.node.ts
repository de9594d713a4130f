import { basename } from "node:path";
import { slicesOfScan } from "./axial-slices.node.ts";
import { type CohortTables, patientOfCohort } from "./case-pages.node.ts";
import type { RunFacts } from "./content.ts";
import type { PdfOptions } from "./document/pdf.node.ts";
import type { LanguageTag } from "./language.ts";
import { measuredCase } from "./measured-case.node.ts";
import { patientDocument } from "./patient.ts";
import { type MaskOrigin, type PatientContent, patientData } from "./patient-content.ts";
import { lesionViews, plainView } from "./patient-pictures.node.ts";
import { writeDocument } from "./write-document.node.ts";

interface WritePatientOptions {
  readonly language: LanguageTag;
  readonly pdf: PdfOptions;
}

/**
 * The report of one scan and its mask, outside any cohort: report.html, .pdf, .md and .json.
 *
 * @param options.folder - where they go
 * @param options.predictedBy - the network that drew the mask, and how it did on patients it never
 *   saw; null for a mask that was given
 * @returns the files' names, the page first
 * @throws what `hepar measure` throws of a scan and its mask; `output.full`, `output.unwritable`
 */
export async function writeScanReport(
  files: { readonly scan: string; readonly mask: string },
  options: WritePatientOptions & {
    readonly folder: string;
    readonly run: RunFacts;
    readonly predictedBy: Omit<Extract<MaskOrigin, { kind: "predicted" }>, "kind"> | null;
  },
): Promise<readonly string[]> {
  const { folder, run, predictedBy } = options;
  const name = basename(files.scan).replace(/\.nii(\.gz)?$/, "");
  const found = { case: name, scanPath: files.scan, maskPath: files.mask };
  const { row, lesions } = await measuredCase(found);
  const { count, sliceAt } = await slicesOfScan(row);
  const views = await lesionViews({ row, lesions }, sliceAt);
  const content: PatientContent = {
    run,
    row,
    lesions,
    mask: predictedBy === null ? { kind: "given" } : { kind: "predicted", ...predictedBy },
    views,
    plain: views.length === 0 ? await plainView(count >> 1, sliceAt) : null,
    score: null,
    compared: null,
    visits: [],
    back: null,
  };
  return write(content, { ...options, folder, name: "report" });
}

/**
 * The report of one case of a cohort, with its PDF, Markdown and JSON.
 *
 * @param options.folder - default: the cohort's report/cases
 * @returns the files' names, the page first
 */
export async function writeCaseReport(
  name: string,
  options: WritePatientOptions & { readonly tables: CohortTables; readonly folder: string },
): Promise<readonly string[]> {
  const { tables, folder } = options;
  const row = tables.cases.find((one) => one.case === name);
  if (row === undefined) throw new RangeError(`no case ${name}`);
  const content = await patientOfCohort(row, { ...tables, back: null });
  return write(content, { ...options, folder, name });
}

const write = (
  content: PatientContent,
  {
    folder,
    name,
    language,
    pdf,
  }: WritePatientOptions & { readonly folder: string; readonly name: string },
): Promise<readonly string[]> =>
  writeDocument(patientDocument(content, { language }), {
    folder,
    name,
    page: `${name}.html`,
    data: patientData(content),
    pdf,
  });
