import { cellSurfaces } from "../study/index.ts";
import type { Triple, VoxelBox } from "../volume/index.ts";
import type { RunList } from "./run-overlap.ts";

/** Points of a surface on a lattice, sorted by k, then j, then i. */
export interface SurfacePoints {
  /** Of the lattice: all coordinates are below. */
  readonly size: Triple;
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly k: Int32Array;
  /** mm² that each point stands for; every voxel of an edge counts 1. */
  readonly weight: Float64Array;
}

/** A mask cut out, with one voxel of background on each side. */
export interface Solid {
  readonly size: Triple;
  /** 1 inside, 0 outside, i fastest. */
  readonly bytes: Uint8Array;
  /** Of each row, j fastest: index i of its first voxel inside, and the one after its last. */
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** The runs as bytes of the box. Outside the box, and outside the scan, is background. */
export function solidOf({ from, to, j, k }: RunList, { low, high }: VoxelBox): Solid {
  const size: Triple = [high[0] - low[0] + 2, high[1] - low[1] + 2, high[2] - low[2] + 2];
  const bytes = new Uint8Array(size[0] * size[1] * size[2]);
  const firsts = new Int32Array(size[1] * size[2]).fill(size[0]);
  const ends = new Int32Array(size[1] * size[2]);
  const shift = 1 - low[0];
  for (let run = 0; run < from.length; run++) {
    const row = j[run] - low[1] + 1 + size[1] * (k[run] - low[2] + 1);
    const [start, end] = [from[run] + shift, to[run] + shift];
    bytes.fill(1, size[0] * row + start, size[0] * row + end);
    if (start < firsts[row]) firsts[row] = start;
    if (end > ends[row]) ends[row] = end;
  }
  return { size, bytes, low: firsts, high: ends };
}

/**
 * The voxels of a mask that touch background by a face or an edge (18 neighbours), each of weight 1:
 * the surface of MedPy's `Surface` and of the LiTS scorer.
 */
export function edgeVoxels({ size, bytes, low, high }: Solid): SurfacePoints {
  const [w, h, d] = size;
  const slice = w * h;
  const points = new PointList(size);
  for (let k = 1; k < d - 1; k++) {
    for (let j = 1; j < h - 1; j++) {
      const row = w * (j + h * k);
      // Whether a voxel and those beside it across the row are all inside, of i − 1 and of i.
      let before = 0;
      let here = 0;
      const end = high[j + h * k];
      for (let i = low[j + h * k] - 1; i < end; i++) {
        const at = row + i + 1;
        const after =
          bytes[at] & bytes[at - w] & bytes[at + w] & bytes[at - slice] & bytes[at + slice];
        const diagonals =
          bytes[at - 1 - w - slice] &
          bytes[at - 1 + w - slice] &
          bytes[at - 1 - w + slice] &
          bytes[at - 1 + w + slice];
        if (bytes[at - 1] > (before & here & after & diagonals)) points.add(i, j, k, 1);
        before = here;
        here = after;
      }
    }
  }
  return points.done();
}

/**
 * The cells between eight voxel centres of which some are inside and some are not, each with the area
 * of the surface in it: the surface elements of DeepMind's surface-distance, whose table of areas this
 * is. Where more than four corners are inside, the area is that of the other four or fewer.
 *
 * @see https://github.com/google-deepmind/surface-distance
 */
export function surfaceElements({ size, bytes, low, high }: Solid, spacing: Triple): SurfacePoints {
  const [w, h, d] = size;
  const areas = elementAreas(spacing);
  const points = new PointList(size);
  for (let k = 0; k + 1 < d; k++) {
    for (let j = 0; j + 1 < h; j++) {
      const a = w * (j + h * k);
      const [b, c, e] = [a + w, a + w * h, a + w * h + w];
      const row = j + h * k;
      const start = Math.min(low[row], low[row + 1], low[row + h], low[row + h + 1]);
      const end = Math.max(high[row], high[row + 1], high[row + h], high[row + h + 1]);
      let left = 0;
      for (let i = start; i <= end; i++) {
        // Bit x + 2y + 4z of the cell's corner (x, y, z), those of x = 1 shifted by one.
        const right =
          bytes[a + i] | (bytes[b + i] << 2) | (bytes[c + i] << 4) | (bytes[e + i] << 6);
        const code = left | (right << 1);
        left = right;
        if (code !== 0 && code !== 255) points.add(i - 1, j, k, areas[code]);
      }
    }
  }
  return points.done();
}

/** mm² of the surface in a cell, by which of its corners are inside. */
function elementAreas([x, y, z]: Triple): Float64Array {
  const surfaces = cellSurfaces();
  return Float64Array.from(surfaces, (_, code) => {
    const corners = [...code.toString(2)].filter((bit) => bit === "1").length;
    return surfaces[corners > 4 ? 255 ^ code : code].reduce(
      (area, { normal }) =>
        area + Math.hypot(normal[0] * y * z, normal[1] * x * z, normal[2] * x * y),
      0,
    );
  });
}

class PointList {
  readonly #size: Triple;
  #i = new Int32Array(256);
  #j = new Int32Array(256);
  #k = new Int32Array(256);
  #weight = new Float64Array(256);
  #count = 0;

  constructor(size: Triple) {
    this.#size = size;
  }

  add(i: number, j: number, k: number, weight: number): void {
    if (this.#count === this.#i.length) this.#grow();
    this.#i[this.#count] = i;
    this.#j[this.#count] = j;
    this.#k[this.#count] = k;
    this.#weight[this.#count++] = weight;
  }

  #grow(): void {
    [this.#i, this.#j, this.#k] = [this.#i, this.#j, this.#k].map((old) => {
      const grown = new Int32Array(2 * old.length);
      grown.set(old);
      return grown;
    });
    const weight = new Float64Array(2 * this.#weight.length);
    weight.set(this.#weight);
    this.#weight = weight;
  }

  done(): SurfacePoints {
    return {
      size: this.#size,
      i: this.#i.subarray(0, this.#count),
      j: this.#j.subarray(0, this.#count),
      k: this.#k.subarray(0, this.#count),
      weight: this.#weight.subarray(0, this.#count),
    };
  }
}
