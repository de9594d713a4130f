import type { Runs } from "../volume/index.ts";
import { HuHistogram, type HuStatistics } from "./hu-histogram.ts";
import type { MaskSurvey } from "./survey.ts";

/** Intensities of a scan by what its mask says; null for what has no voxels. */
export interface IntensityMeasures {
  /** All voxels. */
  readonly scan: HuStatistics | null;
  /** Liver without its tumours. */
  readonly liver: HuStatistics | null;
  readonly tumour: HuStatistics | null;
  /** Of each component of the survey, in its order. */
  readonly components: readonly HuStatistics[];
}

/** Takes a scan slice by slice, and keeps of it no more than counts and the tumours' intensities. */
export class Intensities {
  readonly #survey: MaskSurvey;
  readonly #scan: HuHistogram;
  readonly #liver: HuHistogram;
  readonly #tumour: HuHistogram;
  /** Component by component. */
  readonly #values: Float32Array;
  /** Where each component's next voxel goes. */
  readonly #next: number[];

  /**
   * @param survey - of the mask that lies on the scan
   * @param options.fractions - whether intensities need not be whole HU
   */
  constructor(survey: MaskSurvey, options: { readonly fractions: boolean }) {
    this.#survey = survey;
    this.#scan = new HuHistogram(options);
    this.#liver = new HuHistogram(options);
    this.#tumour = new HuHistogram(options);
    const { sizes } = survey.tumour;
    this.#values = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
    this.#next = startsOf(sizes);
  }

  /**
   * Adds a slice: each one once, in any order.
   *
   * @param k - its number along the third stored axis
   * @param values - [i, j], i fastest, HU
   */
  addSlice(k: number, values: Int16Array | Float32Array): void {
    const { grid, healthy, tumour } = this.#survey;
    this.#scan.add(values);
    forEachRunOfSlice(healthy, { width: grid.dims[0], k }, (_run, from, to) => {
      this.#liver.add(values, { from, to });
    });
    forEachRunOfSlice(tumour, { width: grid.dims[0], k }, (run, from, to) => {
      const index = tumour.component[run] - 1;
      this.#values.set(values.subarray(from, to), this.#next[index]);
      this.#next[index] += to - from;
    });
  }

  /** Once every slice was added. */
  measures(): IntensityMeasures {
    const { sizes } = this.#survey.tumour;
    const scan = this.#scan.statistics();
    const liver = this.#liver.statistics();
    const starts = startsOf(sizes);
    const components = sizes.flatMap((size, index) => {
      this.#tumour.clear();
      this.#tumour.add(this.#values.subarray(starts[index], starts[index] + size));
      return this.#tumour.statistics() ?? [];
    });
    this.#tumour.clear();
    this.#tumour.add(this.#values);
    return { scan, liver, tumour: this.#tumour.statistics(), components };
  }
}

function startsOf(sizes: readonly number[]): number[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return start - size;
  });
}

/** Calls `each` with a run's number and its place in the slice, `from` to before `to`. */
function forEachRunOfSlice(
  { box: { low, high }, first, from, to }: Runs,
  { width, k }: { readonly width: number; readonly k: number },
  each: (run: number, from: number, to: number) => void,
): void {
  if (k < low[2] || k >= high[2]) return;
  for (let j = low[1]; j < high[1]; j++) {
    const row = j - low[1] + (high[1] - low[1]) * (k - low[2]);
    for (let run = first[row]; run < first[row + 1]; run++) {
      each(run, width * j + from[run], width * j + to[run]);
    }
  }
}
