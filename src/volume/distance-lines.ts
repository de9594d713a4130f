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
 * by the lower envelope of parabolas. Infinity is "nothing here"; a line of it stays so. Where a
 * sample is 0 the line falls in two, for no parabola from beyond it can be lower than its own: long
 * stretches of 0 cost next to nothing.
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
    const length = this.#length;
    let q = 0;
    while (q < length) {
      while (q < length && f[at + q] === 0) q++;
      const from = q;
      while (q < length && f[at + q] !== 0) q++;
      if (q > from) this.#between(f, { at, from, to: q });
    }
  }

  /** The stretch of samples above 0 between two zeros, or a zero and an end, or the ends. */
  #between(f: Float32Array, { at, from, to }: { at: number; from: number; to: number }): void {
    const place = this.#place;
    const height = this.#height;
    const start = this.#start;
    const half = this.#half;
    const weight = this.#weight;
    const perWeight = 1 / weight;
    const zeroBefore = from > 0 || this.#ends.before;
    const zeroAfter = to < this.#length || this.#ends.after;
    let top = -1;
    if (zeroBefore) {
      top = 0;
      place[0] = from - 1;
      height[0] = 0;
      start[0] = Number.NEGATIVE_INFINITY;
    }
    const last = zeroAfter ? to : to - 1;
    for (let q = from; q <= last; q++) {
      const high = q < to ? f[at + q] * perWeight : 0;
      if (high === Number.POSITIVE_INFINITY) continue;
      let meets = Number.NEGATIVE_INFINITY;
      while (top >= 0) {
        // Where this parabola and the last of the envelope meet.
        const p = place[top];
        meets = (high - height[top] + (q - p) * (q + p)) * half[q - p];
        if (meets > start[top]) break;
        top--;
      }
      if (top < 0) meets = Number.NEGATIVE_INFINITY;
      top++;
      place[top] = q;
      height[top] = high;
      start[top] = meets;
    }
    if (top < 0) return;
    start[top + 1] = Number.POSITIVE_INFINITY;
    let lowest = 0;
    for (let q = from; q < to; q++) {
      while (start[lowest + 1] < q) lowest++;
      const steps = q - place[lowest];
      f[at + q] = weight * (steps * steps + height[lowest]);
    }
  }
}
