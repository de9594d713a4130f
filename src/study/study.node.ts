import type { CatalogRow } from "../catalog/index.ts";
import { readCtSlices, readLabelSlices } from "../volume/index.node.ts";
import { type NiftiHeader, requireSameShape } from "../volume/index.ts";
import { Intensities } from "./intensities.ts";
import { type LesionRow, lesionRowOf } from "./lesion-row.ts";
import {
  lesionsOf,
  type Measurement,
  type MeasureOptions,
  measureSurvey,
  type SurveyedLesion,
} from "./measure.ts";
import { type StudyColumns, studyColumnsOf, unstudied } from "./row.ts";
import { MaskSurveyor } from "./survey.ts";

/**
 * What a catalogued case says. Without a mask, or when the case has a problem, every column is null
 * and there are no lesions.
 *
 * @throws `nifti.*`, `labels.value`, `input.*`, `geometry.mismatch` when a file has changed since
 */
export async function studyCase(
  row: CatalogRow,
): Promise<{ columns: StudyColumns; lesions: LesionRow[] }> {
  if (row.mask_source === null || row.problem !== null) return { columns: unstudied, lesions: [] };
  const measured = await measureFiles(
    { scan: row.scan_source, mask: row.mask_source },
    { spacingKnown: row.spacing_x_mm !== null },
  );
  return {
    columns: studyColumnsOf(measured),
    lesions: measured.lesions.map((lesion) => lesionRowOf(row.case, lesion)),
  };
}

/**
 * What a scan and its mask say, from their files. The mask is laid on the scan voxel by voxel:
 * millimetres are the scan's, even where the mask's own header differs or knows none. Of both, a few
 * slices are held at a time.
 *
 * @throws `nifti.*`, `labels.value`, `input.*`; `geometry.mismatch` when the shapes differ
 */
export async function measureFiles(
  files: { readonly scan: string; readonly mask: string },
  options: MeasureOptions,
): Promise<Measurement> {
  const { header, passing } = await readCtSlices(files.scan);
  const mask = await readLabelSlices(files.mask);
  requireSameShape(header, mask.header);
  const surveyor = new MaskSurveyor(header);
  for await (const { voxels } of ahead(mask.passing)) surveyor.addSlice(voxels);
  const survey = surveyor.survey(options);
  const intensities = new Intensities(survey, { fractions: !storesWhole(header) });
  // The lesions need the mask alone: they are measured while the scan is still being inflated.
  const measuring = lesionsOf(survey, options);
  const lesions: SurveyedLesion[] = [];
  for await (const { k, voxels } of ahead(passing)) {
    intensities.addSlice(k, voxels);
    if (k % slicesPerLesion > 0) continue;
    const next = measuring.next();
    if (!next.done) lesions.push(next.value);
  }
  lesions.push(...measuring);
  return measureSurvey(survey, { ...options, lesions, intensities: intensities.measures() });
}

/** Between two lesions so many slices are counted: in about that time as many more are inflated. */
const slicesPerLesion = 16;

/** The same values, each asked for before the one before it is used: reading and counting go on at once. */
async function* ahead<Value>(values: AsyncIterable<Value>): AsyncGenerator<Value> {
  const source = values[Symbol.asyncIterator]();
  try {
    for (let next = source.next(); ; ) {
      const step = await next;
      if (step.done) return;
      next = source.next();
      // If it fails while its predecessor is at work, that is told when it is waited for.
      next.catch(() => {});
      yield step.value;
    }
  } finally {
    await source.return?.();
  }
}

/** Whether every intensity of a file must be a whole number. */
const storesWhole = ({ type, slope, intercept }: NiftiHeader): boolean =>
  !type.startsWith("float") && slope === 1 && Number.isInteger(intercept);
