import { setImmediate } from "node:timers/promises";
import type { CatalogRow } from "../catalog/index.ts";
import {
  readCtSlices,
  readLabelSlices,
  type Slice,
  type SliceReader,
} from "../volume/index.node.ts";
import {
  type CtVolume,
  type Grid,
  type LabelArray,
  type NiftiHeader,
  requireSameShape,
} from "../volume/index.ts";
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
import { type MaskSurvey, MaskSurveyor } from "./survey.ts";

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
 * slices are held at a time; of a packed scan up to 512 MiB, which wait for the mask.
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
  // A packed scan takes longer to inflate than all that is done with it: it begins with the mask.
  const slices = new Ahead(passing);
  try {
    const survey = await surveySlices(mask, { grid: header, ...options });
    return await measureSlices(slices, { survey, header, options });
  } finally {
    await slices.close();
  }
}

async function surveySlices(
  { passing }: SliceReader<LabelArray>,
  { grid, ...options }: MeasureOptions & { readonly grid: Grid },
): Promise<MaskSurvey> {
  const surveyor = new MaskSurveyor(grid);
  const slices = new Ahead(passing);
  try {
    for await (const { voxels } of slices) surveyor.addSlice(voxels);
    return surveyor.survey(options);
  } finally {
    await slices.close();
  }
}

async function measureSlices(
  slices: AsyncIterable<Slice<CtVolume["voxels"]>>,
  {
    survey,
    header,
    options,
  }: {
    readonly survey: MaskSurvey;
    readonly header: NiftiHeader;
    readonly options: MeasureOptions;
  },
): Promise<Measurement> {
  const intensities = new Intensities(survey, { fractions: !storesWhole(header) });
  // The lesions need the mask alone: they are measured while the scan is still being inflated.
  const measuring = lesionsOf(survey, options);
  const lesions: SurveyedLesion[] = [];
  for await (const { k, voxels } of slices) {
    intensities.addSlice(k, voxels);
    if (k % slicesPerLesion > 0) continue;
    const next = measuring.next();
    if (!next.done) lesions.push(next.value);
    await setImmediate(); // as in `Ahead`: a lesion may take a while
  }
  lesions.push(...measuring);
  return measureSurvey(survey, { ...options, lesions, intensities: intensities.measures() });
}

/** Between two lesions so many slices are counted: in about that time as many more are inflated. */
const slicesPerLesion = 16;

/** After so many values, some milliseconds of work, the thread looks round. */
const valuesAtOnce = 4;

/** The same values, the next always asked for: reading goes on while the one before is at work. */
class Ahead<Value> implements AsyncIterable<Value> {
  readonly #source: AsyncIterator<Value>;
  #next: Promise<IteratorResult<Value>>;

  constructor(values: AsyncIterable<Value>) {
    this.#source = values[Symbol.asyncIterator]();
    this.#next = this.#ask();
  }

  #ask(): Promise<IteratorResult<Value>> {
    const next = this.#source.next();
    // If it fails while its predecessor is at work, that is told when it is waited for.
    next.catch(() => {});
    return next;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    for (let count = 1; ; count++) {
      const step = await this.#next;
      if (step.done) return;
      this.#next = this.#ask();
      yield step.value;
      // zlib's threads get their next piece from this one, between one task and the next.
      if (count % valuesAtOnce === 0) await setImmediate();
    }
  }

  /** Closes what the values come from, whether all were taken or none. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/** Whether every intensity of a file must be a whole number. */
const storesWhole = ({ type, slope, intercept }: NiftiHeader): boolean =>
  !type.startsWith("float") && slope === 1 && Number.isInteger(intercept);
