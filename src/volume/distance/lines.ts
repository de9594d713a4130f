/** What stands before a line's first sample and after its last. */
export interface LineEnds {
  /** Whether the place before the first is at distance 0; else there is nothing. */
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * One axis of the squared distance transform, for lines of one length: in a line of squared distances
 * f, each becomes
 *
 *     min over p of f(p) + (spacing · (q − p))²
 *
 * by the lower envelope of parabolas. Infinity is "nothing here"; a line of it stays so.
 *
 * A sample of spacing² or less stays as it is, for its neighbours would add that much; and the line
 * falls in two there, for whatever lies beyond it is higher on this side. So only the stretches
 * between such samples are looked at: where distances are small or zero that is next to nothing.
 *
 * @see Felzenszwalb and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019
 */
export class LineTransform {
  readonly #length: number;
  readonly #weight: number;
  readonly #ends: LineEnds;
  /** Of the envelope's parabolas: where, how high in squared steps, and from where on the lowest. */
  readonly #place: Int32Array;
  readonly #height: Float64Array;
  readonly #start: Float64Array;
  /** 1 / 2d: a product where the intersection of parabolas d apart has a quotient. */
  readonly #half: Float64Array;

  constructor(length: number, { spacing, ends }: { spacing: number; ends: LineEnds }) {
    this.#length = length;
    this.#weight = spacing * spacing;
    this.#ends = ends;
    this.#place = new Int32Array(length + 2);
    this.#height = new Float64Array(length + 2);
    this.#start = new Float64Array(length + 3);
    this.#half = Float64Array.from({ length: length + 2 }, (_, d) => 0.5 / d);
  }

  /** Transforms the line that begins at `at`, where it is. */
  run(f: Float32Array, at: number): void {
    const end = at + this.#length;
    const weight = this.#weight;
    // As float32 has it, so that a neighbour at exactly one step counts as such.
    const step = Math.fround(weight);
    const nothing = Number.POSITIVE_INFINITY;
    // The height of the sample before the stretch: the end's, then the last that stays.
    let before = this.#ends.before ? 0 : nothing;
    for (let q = at; q < end; q++) {
      if (f[q] <= step) {
        before = f[q];
        continue;
      }
      const from = q;
      do q++;
      while (q < end && f[q] > step);
      const after = q < end ? f[q] : this.#ends.after ? 0 : nothing;
      if (q === from + 1) {
        const beside = weight + Math.min(before, after);
        if (beside < f[from]) f[from] = beside;
      } else this.#stretch(f, { from, to: q, before, after });
      before = after;
    }
  }

  /** The samples `from` to before `to`, with one known on either side. */
  #stretch(
    f: Float32Array,
    { from, to, before, after }: { from: number; to: number; before: number; after: number },
  ): void {
    const place = this.#place;
    const height = this.#height;
    const start = this.#start;
    const half = this.#half;
    const weight = this.#weight;
    const perWeight = 1 / weight;
    let top = -1;
    if (before !== Number.POSITIVE_INFINITY) {
      top = 0;
      place[0] = from - 1;
      height[0] = before * perWeight;
      start[0] = Number.NEGATIVE_INFINITY;
    }
    for (let q = from; q <= to; q++) {
      const high = (q < to ? f[q] : after) * perWeight;
      if (high === Number.POSITIVE_INFINITY) continue;
      let meets = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        // Where this parabola and the last of the envelope meet.
        const p = place[top];
        meets = (high - height[top]) * half[q - p] + (q + p) * 0.5;
        if (meets > start[top]) break;
        top--;
      }
      top++;
      place[top] = q;
      height[top] = high;
      start[top] = top === 0 ? Number.NEGATIVE_INFINITY : meets;
    }
    if (top < 0) return;
    start[top + 1] = Number.POSITIVE_INFINITY;
    let lowest = 0;
    for (let q = from; q < to; q++) {
      while (start[lowest + 1] < q) lowest++;
      const steps = q - place[lowest];
      f[q] = weight * (steps * steps + height[lowest]);
    }
  }
}
