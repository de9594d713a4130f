import { boundsOfRuns, type Runs, type Triple } from "../volume/index.ts";

/** Collects the runs of a mask along its rows, four bytes each (rows of over 65,535 voxels: eight). */
export class RowRuns {
  readonly #dims: Triple;
  /** First run of each row, up to the last row that has any. */
  readonly #first: Int32Array;
  #row = -1;
  #from: Uint16Array | Int32Array;
  #to: Uint16Array | Int32Array;
  #count = 0;
  /** Where the last run ended: one that begins there, in the same row, is a part of it. */
  #end = -1;

  constructor(dims: Triple) {
    const Indices = dims[0] > 0xffff ? Int32Array : Uint16Array;
    this.#dims = dims;
    this.#first = new Int32Array(dims[1] * dims[2] + 1);
    this.#from = new Indices(1024);
    this.#to = new Indices(1024);
  }

  /** Adds voxels by their places in the mask, `from` to before `to`: none before those already there. */
  add(from: number, to: number): void {
    const [width] = this.#dims;
    for (let at = from; at < to; ) {
      const row = Math.floor(at / width);
      const end = Math.min(to, width * (row + 1));
      if (row === this.#row && at === this.#end) this.#to[this.#count - 1] = end - width * row;
      else this.#push(row, { from: at - width * row, to: end - width * row });
      this.#end = end;
      at = end;
    }
  }

  #push(row: number, { from, to }: { readonly from: number; readonly to: number }): void {
    while (this.#row < row) this.#first[++this.#row] = this.#count;
    if (this.#count === this.#from.length) {
      this.#from = doubled(this.#from);
      this.#to = doubled(this.#to);
    }
    this.#from[this.#count] = from;
    this.#to[this.#count++] = to;
  }

  /** All that was added, in the smallest box that holds it; none: an empty box. */
  runs(): Runs {
    const [width, height, depth] = this.#dims;
    this.#first.fill(this.#count, this.#row + 1);
    const all = {
      box: { low: [0, 0, 0], high: [width, height, depth] },
      first: this.#first,
      from: this.#from.subarray(0, this.#count),
      to: this.#to.subarray(0, this.#count),
    } as const;
    const box = boundsOfRuns(all) ?? { low: [0, 0, 0], high: [0, 0, 0] };
    const [rows, slices] = [box.high[1] - box.low[1], box.high[2] - box.low[2]];
    const first = new Int32Array(rows * slices + 1).fill(this.#count);
    for (let k = 0; k < slices; k++) {
      const start = height * (box.low[2] + k) + box.low[1];
      first.set(this.#first.subarray(start, start + rows), rows * k);
    }
    return { ...all, box, first };
  }
}

function doubled<Numbers extends Uint16Array | Int32Array>(numbers: Numbers): Numbers {
  const more = new (numbers instanceof Uint16Array ? Uint16Array : Int32Array)(2 * numbers.length);
  more.set(numbers);
  return more as Numbers; // of the type that was just looked at
}
