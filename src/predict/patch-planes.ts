import type { Triple } from "../volume/index.ts";
import type { Lengths } from "./patches.ts";

/** A network's numbers on one plane across the swept axis, [classes, a, b]. */
export type Plane = Float32Array;

/** How a box of voxels [slices, rows, columns] is walked plane by plane across one of its axes. */
export interface Sweep {
  /** The axis that planes lie across: 0 slices, 1 rows, 2 columns. */
  readonly axis: 0 | 1 | 2;
  /** The other two, the slower one first. */
  readonly across: readonly [number, number];
}

export const sweeps: readonly [Sweep, Sweep, Sweep] = [
  { axis: 0, across: [1, 2] },
  { axis: 1, across: [0, 2] },
  { axis: 2, across: [0, 1] },
];

/** A volume's dims, [x, y, z], as slices, rows and columns. */
export const lengthsOf = ([columns, rows, slices]: Triple): Lengths => [slices, rows, columns];

interface Sums {
  /** [classes, a, b]: what patches said, each times its weight. */
  readonly values: Float32Array;
  /** [a, b]: those weights. */
  readonly weights: Float32Array;
}

/**
 * Sums up overlapping patches, plane by plane: only the planes that a patch still reaches are held,
 * never the volume.
 */
export class PatchPlanes {
  readonly #planes = new Map<number, Sums>();
  readonly #free: Sums[] = [];
  #lent: Sums | undefined;
  readonly #sweep: Sweep;
  readonly #lengths: Lengths;
  readonly #nothing: readonly number[];

  /**
   * @param options.lengths - of the whole volume
   * @param options.nothing - what a voxel that no patch saw is given, a number a class
   */
  constructor(options: {
    readonly sweep: Sweep;
    readonly lengths: Lengths;
    readonly nothing: readonly number[];
  }) {
    this.#sweep = options.sweep;
    this.#lengths = options.lengths;
    this.#nothing = options.nothing;
  }

  /**
   * Adds a patch; what of it lies beyond the volume is left out.
   *
   * @param patch - [classes, …shape]
   * @param place.starts - its first voxel; below 0 where the volume is smaller than the patch
   */
  add(
    patch: Float32Array,
    place: { readonly starts: Lengths; readonly shape: Lengths; readonly weights: Float32Array },
  ): void {
    const { starts, shape, weights } = place;
    const { axis, across } = this.#sweep;
    const [a, b] = across;
    const strides = [shape[1] * shape[2], shape[2], 1];
    const size = weights.length;
    const [p, from, to] = [
      this.#insideOf(place, axis),
      this.#insideOf(place, a),
      this.#insideOf(place, b),
    ];
    const width = this.#lengths[b];
    const area = this.#lengths[a] * width;
    for (let n = p.from; n < p.to; n++) {
      const sums = this.#planeAt(starts[axis] + n);
      for (let row = from.from; row < from.to; row++) {
        const source = n * strides[axis] + row * strides[a];
        const target = (starts[a] + row) * width + starts[b];
        addRow(
          weights,
          { at: source, stride: strides[b], from: to.from, to: to.to },
          sums.weights,
          target,
        );
        for (let c = 0; c < this.#nothing.length; c++) {
          const line = { at: source, stride: strides[b], from: to.from, to: to.to };
          addProducts(patch, c * size, weights, line, sums.values, c * area + target);
        }
      }
    }
  }

  /**
   * The mean of all patches on plane `n`, of which no more will be added. Its memory is used again once
   * the next plane is taken.
   */
  take(n: number): Plane {
    if (this.#lent !== undefined) this.#free.push(this.#lent);
    const sums = this.#planeAt(n);
    const area = sums.weights.length;
    this.#nothing.forEach((value, c) => {
      for (let i = 0, at = c * area; i < area; i++, at++) {
        const weight = sums.weights[i];
        sums.values[at] = weight > 0 ? sums.values[at] / weight : value;
      }
    });
    this.#planes.delete(n);
    this.#lent = sums;
    return sums.values;
  }

  #planeAt(n: number): Sums {
    const known = this.#planes.get(n);
    if (known !== undefined) return known;
    const { across } = this.#sweep;
    const area = this.#lengths[across[0]] * this.#lengths[across[1]];
    const free = this.#free.pop();
    free?.values.fill(0);
    free?.weights.fill(0);
    const made = free ?? {
      values: new Float32Array(area * this.#nothing.length),
      weights: new Float32Array(area),
    };
    this.#planes.set(n, made);
    return made;
  }

  /** Of a patch along an axis, what lies within the volume. */
  #insideOf(
    { starts, shape }: { readonly starts: Lengths; readonly shape: Lengths },
    axis: number,
  ): { readonly from: number; readonly to: number } {
    return {
      from: Math.max(0, -starts[axis]),
      to: Math.min(shape[axis], this.#lengths[axis] - starts[axis]),
    };
  }
}

interface Line {
  /** Place of the patch's first voxel of the line, and from each to the next. */
  readonly at: number;
  readonly stride: number;
  readonly from: number;
  readonly to: number;
}

function addRow(weights: Float32Array, line: Line, into: Float32Array, target: number): void {
  const { at, stride, from, to } = line;
  for (let i = from; i < to; i++) into[target + i] += weights[at + i * stride];
}

function addProducts(
  patch: Float32Array,
  start: number,
  weights: Float32Array,
  { at, stride, from, to }: Line,
  into: Float32Array,
  target: number,
): void {
  for (let i = from; i < to; i++) {
    const place = at + i * stride;
    into[target + i] += weights[place] * patch[start + place];
  }
}

/**
 * Puts a plane's numbers in their place in a volume.
 *
 * @param plane - [a, b]
 * @param to.into - [slices, rows, columns] of `lengths`
 */
export function placePlane<Numbers extends Uint8Array | Float32Array>(
  plane: Numbers,
  to: {
    readonly n: number;
    readonly sweep: Sweep;
    readonly lengths: Lengths;
    readonly into: Numbers;
  },
): void {
  const { n, sweep, lengths, into } = to;
  const [a, b] = sweep.across;
  const strides = [lengths[1] * lengths[2], lengths[2], 1];
  const start = n * strides[sweep.axis];
  const width = lengths[b];
  for (let row = 0; row < lengths[a]; row++) {
    const line = start + row * strides[a];
    for (let i = 0; i < width; i++) into[line + i * strides[b]] = plane[row * width + i];
  }
}
