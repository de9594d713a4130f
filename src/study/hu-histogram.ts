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

const noPairs = new Int32Array(0);

/**
 * Intensities counted as they come, in a memory that does not grow with them. Whole HU are counted
 * exactly; fractions to 1/16 HU, with the mean and the deviation still exact.
 */
export class HuHistogram {
  readonly #step: number;
  /** By bin; whole HU in four tables, taken in turn: see `#addWhole`. */
  readonly #counts: Uint32Array;
  readonly #bins: number;
  /** All counts that are not 0 lie from here to before there. */
  #used: readonly [number, number] = [0, 0];
  #voxels = 0;
  /** Of fractions only: whole ones are summed from their counts. */
  #sum = 0;
  #sumOfSquares = 0;
  #lowest = Infinity;
  #highest = -Infinity;

  /** @param options.fractions - whether values need not be whole */
  constructor({ fractions }: { readonly fractions: boolean }) {
    this.#step = fractions ? 16 : 1;
    this.#bins = 2 * limit * this.#step;
    this.#counts = new Uint32Array(fractions ? this.#bins : 4 * this.#bins);
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

  /**
   * In air neighbours are alike, and the same count would be changed again before it is written: so
   * four neighbours have four tables, side by side. Two values are read at once.
   */
  #addWhole(values: Int16Array, from: number, to: number): void {
    const counts = this.#counts;
    this.#used = [0, counts.length];
    const start = values.byteOffset + 2 * from;
    // A view of a few values costs more than it saves, and there is none at an odd place.
    const pairs =
      to - from < 256 || start % 4 > 0
        ? noPairs
        : new Int32Array(values.buffer, start, 2 * ((to - from) >> 2));
    // The lower bits of a value and of its bin differ by `limit`, which is one bit.
    for (let n = 0; n < pairs.length; n += 2) {
      const one = pairs[n] ^ 0x80008000;
      const other = pairs[n + 1] ^ 0x80008000;
      counts[(one & 0xffff) << 2]++;
      counts[((one >>> 16) << 2) | 1]++;
      counts[((other & 0xffff) << 2) | 2]++;
      counts[((other >>> 16) << 2) | 3]++;
    }
    for (let n = from + 2 * pairs.length; n < to; n++) {
      counts[((values[n] + limit) << 2) | (n & 3)]++;
    }
  }

  #addAny(values: Int16Array | Float32Array): void {
    const counts = this.#counts;
    const step = this.#step;
    const tables = counts.length / this.#bins;
    const last = this.#bins - 1;
    let { sum, sumOfSquares, low, high } = {
      sum: 0,
      sumOfSquares: 0,
      low: Infinity,
      high: -Infinity,
    };
    const placeOf = (value: number): number =>
      tables * Math.max(0, Math.min(Math.round((value + limit) * step), last));
    for (let n = 0; n < values.length; n++) {
      const value = values[n];
      counts[placeOf(value)]++;
      sum += value;
      sumOfSquares += value * value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    this.#sum += sum;
    this.#sumOfSquares += sumOfSquares;
    this.#lowest = Math.min(this.#lowest, low);
    this.#highest = Math.max(this.#highest, high);
    const [from, to] = this.#used;
    if (values.length > 0) {
      this.#used = [
        Math.min(to > from ? from : Infinity, placeOf(low)),
        Math.max(to, placeOf(high) + tables),
      ];
    }
  }

  /** Forgets what was counted. */
  clear(): void {
    this.#counts.fill(0, ...this.#used);
    this.#used = [0, 0];
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
    const all = this.#counts;
    const tables = all.length / this.#bins;
    let [start, stop] = this.#used;
    while (start < stop && all[start] === 0) start++;
    while (stop > start && all[stop - 1] === 0) stop--;
    const [first, end] = [Math.floor(start / tables), Math.ceil(stop / tables)];
    const counts = new Float64Array(end - first);
    for (let at = tables * first; at < tables * end; at++) {
      counts[Math.floor(at / tables) - first] += all[at];
    }
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
