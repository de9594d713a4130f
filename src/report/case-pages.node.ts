import { access, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CaseScoreRow, EvaluationSummary } from "../evaluate/index.ts";
import { writeAtomically } from "../files/index.node.ts";
import type { SliceRow } from "../slices/index.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import { slicesOfCohort } from "./axial-slices.node.ts";
import { chooseSlice } from "./choice.ts";
import type { PictureRow, RunFacts } from "./content.ts";
import { pageOf } from "./document/page.ts";
import type { LanguageTag } from "./language.ts";
import { measuredCase } from "./measured-case.node.ts";
import { patientDocument } from "./patient.ts";
import type { MaskOrigin, PatientContent } from "./patient-content.ts";
import { lesionViews, plainView } from "./patient-pictures.node.ts";
import { picturesOf } from "./pictures.node.ts";

/** A cohort's tables, as they are needed for the page of one of its cases. */
export interface CohortTables {
  /** The cohort folder. */
  readonly cohort: string;
  readonly run: RunFacts;
  readonly cases: readonly StudiedRow[];
  readonly lesions: ReadonlyMap<string, readonly LesionRow[]>;
  readonly slices: ReadonlyMap<string, readonly SliceRow[]>;
  /** Slices on either side that a slice's image shows too (2.5D); its own channels are shown. */
  readonly neighbours: number;
  readonly scores: ReadonlyMap<string, CaseScoreRow>;
  /** The network whose predictions are shown; null for none. */
  readonly model: string | null;
  readonly summary: EvaluationSummary | null;
}

/**
 * Writes the page of every case, one after the other, so that no more than one is in memory.
 *
 * @param options.folder - the report's
 * @throws `image.unreadable` when a slice is damaged; `output.full`, `output.unwritable`
 */
export async function writeCasePages(
  tables: CohortTables,
  options: {
    readonly folder: string;
    readonly language: LanguageTag;
    readonly advance: () => void;
  },
): Promise<void> {
  const { folder, language, advance } = options;
  for (const row of tables.cases) {
    const content = await patientOfCohort(row, { ...tables, back: "../index.html" });
    const page = pageOf(patientDocument(content, { language }));
    await writeAtomically(join(folder, "cases", `${row.case}.html`), page);
    advance();
  }
  await removeOthers(join(folder, "cases"), new Set(tables.cases.map((row) => row.case)));
}

/** Removes the reports of cases that the catalogue no longer has. */
async function removeOthers(folder: string, cases: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, of] = /^(.*)\.(?:html|pdf|md|json)$/.exec(name) ?? [];
    if (of !== undefined && !cases.has(of)) await rm(join(folder, name));
  }
}

/**
 * What the report of one case of a cohort says. A case without a mask is told by the network's
 * prediction, where there is one.
 */
export async function patientOfCohort(
  row: StudiedRow,
  tables: CohortTables & { readonly back: string | null },
): Promise<PatientContent> {
  const { cohort, run, cases, model, back, neighbours } = tables;
  const slices = tables.slices.get(row.case) ?? [];
  const predicted = await predictionOf(row, tables);
  const told = predicted?.row ?? row;
  const lesions = predicted?.lesions ?? tables.lesions.get(row.case) ?? [];
  const sliceAt = slicesOfCohort(told, {
    cohort,
    slices,
    neighbours,
    ...(predicted === null || model === null
      ? {}
      : { maskOf: ({ slice }) => predictedSlice({ model, name: row.case, slice }) }),
  });
  const views = await lesionViews({ row: told, lesions }, sliceAt);
  const chosen = chooseSlice(slices)?.slice.slice;
  return {
    run,
    row: told,
    lesions,
    mask: predicted?.mask ?? { kind: "given" },
    views,
    plain: views.length === 0 && chosen !== undefined ? await plainView(chosen, sliceAt) : null,
    score: tables.scores.get(row.case) ?? null,
    compared: await comparedIn(row.case, { ...tables, slices }),
    visits: cases.filter((other) => other.patient === row.patient && other.case !== row.case),
    back,
  };
}

const predictedSlice = ({
  model,
  name,
  slice,
}: {
  readonly model: string;
  readonly name: string;
  readonly slice: number;
}): string => `predictions/${model}/slices/${name}/${name}_slice_${slice}.png`;

/** A case without a usable mask, measured from its prediction; null where there is none. */
async function predictionOf(
  row: StudiedRow,
  { cohort, model, summary }: CohortTables,
): Promise<{
  readonly row: StudiedRow;
  readonly lesions: readonly LesionRow[];
  readonly mask: MaskOrigin;
} | null> {
  if (row.has_tumour !== null || row.problem !== null || model === null) return null;
  const path = join(cohort, "predictions", model, `${row.case}.nii.gz`);
  if (!(await isThere(path))) return null;
  const { patient, visit } = row;
  const told = await measuredCase({ case: row.case, scanPath: row.scan_source, maskPath: path });
  return {
    row: { ...told.row, patient, visit },
    lesions: told.lesions,
    // What the network thought of each lesion is told by its scan's own report.
    mask: { kind: "predicted", model, summary, lesions: null, warnings: [] },
  };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Prediction beside reference on the slice with the most tumour; null without a prediction. */
async function comparedIn(
  name: string,
  {
    cohort,
    model,
    slices,
    neighbours,
  }: Omit<CohortTables, "slices"> & { readonly slices: readonly SliceRow[] },
): Promise<PictureRow | null> {
  const chosen = model === null ? null : chooseSlice(slices);
  if (chosen === null || model === null) return null;
  const pictures = await picturesOf(chosen.slice, { cohort, model: { name: model }, neighbours });
  const shown = pictures.filter(({ kind }) => kind !== "original" && kind !== "preprocessed");
  if (!shown.some(({ kind }) => kind === "agreement")) return null;
  return { case: name, slice: chosen.slice.slice, chosenBy: chosen.chosenBy, pictures: shown };
}
