import { forEachLabelRun, type LabelCounts } from "../catalog/index.ts";
import {
  type ComponentRuns,
  type Connectivity,
  componentsOfRuns,
  type Grid,
  type LabelArray,
  type LabelVolume,
  type Runs,
} from "../volume/index.ts";
import { RowRuns } from "./row-runs.ts";

/** The LiTS convention. Any other label is neither liver nor tumour. */
export const liverLabel = 1;
export const tumourLabel = 2;

/** Where liver and tumour are in a mask, as runs along its rows: all that is kept of it. */
export interface MaskSurvey {
  readonly grid: Grid;
  readonly labels: LabelCounts;
  /** Liver without its tumours. */
  readonly healthy: Runs;
  /** Liver with its tumours. */
  readonly liver: Runs;
  readonly tumour: ComponentRuns;
}

/** Labels, liver and lesions of a mask. */
export function surveyMask(
  mask: LabelVolume,
  options: { readonly connectivity?: Connectivity | undefined } = {},
): MaskSurvey {
  const surveyor = new MaskSurveyor(mask);
  const size = mask.dims[0] * mask.dims[1];
  for (let k = 0; k < mask.dims[2]; k++) {
    surveyor.addSlice(mask.voxels.subarray(k * size, (k + 1) * size));
  }
  return surveyor.survey(options);
}

/** Takes a mask slice by slice. Its background, which is nearly all of it, is passed over once. */
export class MaskSurveyor {
  readonly #grid: Grid;
  readonly #counts = new Map<number, number>();
  readonly #healthy: RowRuns;
  readonly #liver: RowRuns;
  readonly #tumour: RowRuns;
  #slices = 0;

  constructor({ dims, affine, affineFrom }: Grid) {
    this.#grid = { dims, affine, affineFrom };
    this.#healthy = new RowRuns(dims);
    this.#liver = new RowRuns(dims);
    this.#tumour = new RowRuns(dims);
  }

  /**
   * Adds the next slice, from the first to the last.
   *
   * @param labels - [i, j], i fastest
   */
  addSlice(labels: LabelArray): void {
    const [width, height] = this.#grid.dims;
    const start = width * height * this.#slices++;
    const counts = new Float64Array(3); // of background, liver and tumour: all that most masks hold
    let at = start;
    forEachLabelRun(labels, (label, length) => {
      if (label >= 0 && label <= 2) counts[label] += length;
      else this.#count(label, length);
      if (label === liverLabel || label === tumourLabel) {
        (label === liverLabel ? this.#healthy : this.#tumour).add(at, at + length);
        this.#liver.add(at, at + length);
      }
      at += length;
    });
    counts.forEach((voxels, label) => {
      if (voxels > 0) this.#count(label, voxels);
    });
  }

  #count(label: number, voxels: number): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + voxels);
  }

  /** Once every slice was added. */
  survey({
    connectivity = 26,
  }: {
    readonly connectivity?: Connectivity | undefined;
  } = {}): MaskSurvey {
    const tumour = this.#tumour.runs();
    return {
      grid: this.#grid,
      labels: new Map([...this.#counts].sort(([a], [b]) => a - b)),
      healthy: this.#healthy.runs(),
      liver: this.#liver.runs(),
      tumour: { ...tumour, ...componentsOfRuns(tumour, connectivity) },
    };
  }
}
