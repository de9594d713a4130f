/** What intensities are like, HU. */
export interface HuStatistics {
  readonly meanHu: number;
  /** Of the population: divided by n, as IBSI's variance (ECT3) is. */
  readonly sdHu: number;
  readonly minHu: number;
  /** A share of the voxels is below; between two voxels it is interpolated, as NumPy does. */
  readonly p10Hu: number;
  readonly p25Hu: number;
  readonly medianHu: number;
  readonly p75Hu: number;
  readonly p90Hu: number;
  readonly maxHu: number;
}

/** Beyond ±32768 HU, where no CT has anything, intensities count as that. */
const limit = 32768;

/**
 * Intensities counted as they come, in a memory that does not grow with them. Whole HU are counted
 * exactly; fractions to 1/16 HU, with the mean and the deviation still exact.
 */
export class HuHistogram {
  readonly #step: number;
  /** Two, taken in turn: in air the same count would be changed again before it is written. */
  readonly #counts: readonly [Uint32Array, Uint32Array];
  #voxels = 0;
  /** Of fractions only: whole ones are summed from their counts. */
  #sum = 0;
  #sumOfSquares = 0;
  #lowest = Infinity;
  #highest = -Infinity;

  /** @param options.fractions - whether values need not be whole */
  constructor({ fractions }: { readonly fractions: boolean }) {
    this.#step = fractions ? 16 : 1;
    const bins = 2 * limit * this.#step;
    this.#counts = [new Uint32Array(bins), new Uint32Array(fractions ? 0 : bins)];
  }

  /** Counts values, HU; all of them finite. Of an array all, or those from `from` to before `to`. */
  add(
    values: Int16Array | Float32Array,
    { from = 0, to = values.length }: { readonly from?: number; readonly to?: number } = {},
  ): void {
    this.#voxels += to - from;
    if (this.#step === 1 && values instanceof Int16Array) this.#addWhole(values, from, to);
    else this.#addAny(values.subarray(from, to));
  }

  #addWhole(values: Int16Array, from: number, to: number): void {
    const [even, odd] = this.#counts;
    for (let n = from; n + 1 < to; n += 2) {
      even[values[n] + limit]++;
      odd[values[n + 1] + limit]++;
    }
    if ((to - from) % 2 === 1) even[values[to - 1] + limit]++;
  }

  #addAny(values: Int16Array | Float32Array): void {
    const [counts] = this.#counts;
    const step = this.#step;
    const last = counts.length - 1;
    let { sum, sumOfSquares, low, high } = {
      sum: 0,
      sumOfSquares: 0,
      low: Infinity,
      high: -Infinity,
    };
    for (let n = 0; n < values.length; n++) {
      const value = values[n];
      const bin = Math.round((value + limit) * step);
      counts[bin < 0 ? 0 : Math.min(bin, last)]++;
      sum += value;
      sumOfSquares += value * value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    this.#sum += sum;
    this.#sumOfSquares += sumOfSquares;
    this.#lowest = Math.min(this.#lowest, low);
    this.#highest = Math.max(this.#highest, high);
  }

  /** Forgets what was counted. */
  clear(): void {
    for (const counts of this.#counts) counts.fill(0);
    this.#voxels = 0;
    this.#sum = 0;
    this.#sumOfSquares = 0;
    this.#lowest = Infinity;
    this.#highest = -Infinity;
  }

  /** What was counted so far is like; null when nothing was. */
  statistics(): HuStatistics | null {
    const { counts, first } = this.#merged();
    if (this.#voxels === 0) return null;
    const hu = (bin: number): number => (first + bin) / this.#step - limit;
    const { mean, sd } = this.#step === 1 ? momentsOf(counts, hu) : this.#moments();
    const [p10, p25, median, p75, p90] = percentilesOf(counts, [10, 25, 50, 75, 90]).map(hu);
    const last = counts.length - 1;
    return {
      meanHu: mean,
      sdHu: sd,
      minHu: this.#step === 1 ? hu(0) : this.#lowest,
      p10Hu: p10,
      p25Hu: p25,
      medianHu: median,
      p75Hu: p75,
      p90Hu: p90,
      maxHu: this.#step === 1 ? hu(last) : this.#highest,
    };
  }

  #moments(): { readonly mean: number; readonly sd: number } {
    const mean = this.#sum / this.#voxels;
    return { mean, sd: Math.sqrt(Math.max(0, this.#sumOfSquares / this.#voxels - mean ** 2)) };
  }

  /** The counts from the lowest bin that has any to the highest. */
  #merged(): { readonly counts: Float64Array; readonly first: number } {
    const [one, other] = this.#counts;
    const has = (bin: number): boolean => one[bin] > 0 || other[bin] > 0;
    let first = 0;
    while (first < one.length && !has(first)) first++;
    let end = one.length;
    while (end > first && !has(end - 1)) end--;
    const counts = Float64Array.from(
      { length: end - first },
      (_, bin) => one[first + bin] + (other[first + bin] ?? 0),
    );
    return { counts, first };
  }
}

/** Mean and deviation of whole numbers from their counts, in two passes: nothing cancels out. */
function momentsOf(
  counts: Float64Array,
  huOf: (bin: number) => number,
): { readonly mean: number; readonly sd: number } {
  const voxels = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, bin) => sum + count * huOf(bin), 0) / voxels;
  const squares = counts.reduce((sum, count, bin) => sum + count * (huOf(bin) - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / voxels) };
}

/**
 * The bins, with fractions between them, below which so many percent of the counted lie: rank
 * p/100 · (n − 1) from 0, interpolated between the two next to it.
 *
 * @param percents - rising
 * @see Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566 (type 7)
 */
function percentilesOf(counts: Float64Array, percents: readonly number[]): number[] {
  const voxels = counts.reduce((sum, count) => sum + count, 0);
  let bin = 0;
  let below = 0; // counted in bins before `bin`
  const binOf = (rank: number): number => {
    while (below + counts[bin] <= rank) below += counts[bin++];
    return bin;
  };
  return percents.map((percent) => {
    const rank = (percent / 100) * (voxels - 1);
    const low = binOf(Math.floor(rank));
    // The next rank may be in a bin beyond, which later percents must not skip.
    const [keptBin, keptBelow] = [bin, below];
    const high = binOf(Math.ceil(rank));
    [bin, below] = [keptBin, keptBelow];
    return low + (high - low) * (rank - Math.floor(rank));
  });
}
