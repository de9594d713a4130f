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
}

/** The runs as bytes of the box. Outside the box, and outside the scan, is background. */
export function solidOf({ from, to, j, k }: RunList, { low, high }: VoxelBox): Solid {
  const size: Triple = [high[0] - low[0] + 2, high[1] - low[1] + 2, high[2] - low[2] + 2];
  const bytes = new Uint8Array(size[0] * size[1] * size[2]);
  for (let run = 0; run < from.length; run++) {
    const row = size[0] * (j[run] - low[1] + 1 + size[1] * (k[run] - low[2] + 1)) + 1 - low[0];
    bytes.fill(1, row + from[run], row + to[run]);
  }
  return { size, bytes };
}

/**
 * The voxels of a mask that touch background by a face or an edge (18 neighbours), each of weight 1:
 * the surface of MedPy's `Surface` and of the LiTS scorer.
 */
export function edgeVoxels({ size, bytes }: Solid): SurfacePoints {
  const [w, h, d] = size;
  const slice = w * h;
  const points = new PointList(size);
  for (let k = 1; k < d - 1; k++) {
    for (let j = 1; j < h - 1; j++) {
      const row = w * (j + h * k);
      // Whether a voxel and those beside it across the row are all inside, of i − 1 and of i.
      let before = 0;
      let here = 0;
      for (let i = 0; i < w - 1; i++) {
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
export function surfaceElements({ size, bytes }: Solid, spacing: Triple): SurfacePoints {
  const [w, h, d] = size;
  const areas = elementAreas(spacing);
  const points = new PointList(size);
  for (let k = 0; k + 1 < d; k++) {
    for (let j = 0; j + 1 < h; j++) {
      const a = w * (j + h * k);
      const [b, c, e] = [a + w, a + w * h, a + w * h + w];
      let left = 0;
      for (let i = 1; i < w; i++) {
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
  #place = new Int32Array(256);
  #weight = new Float64Array(256);
  #count = 0;

  constructor(size: Triple) {
    this.#size = size;
  }

  add(i: number, j: number, k: number, weight: number): void {
    if (this.#count === this.#place.length) {
      const place = new Int32Array(2 * this.#count);
      place.set(this.#place);
      const weights = new Float64Array(2 * this.#count);
      weights.set(this.#weight);
      [this.#place, this.#weight] = [place, weights];
    }
    this.#place[this.#count] = i + this.#size[0] * (j + this.#size[1] * k);
    this.#weight[this.#count++] = weight;
  }

  done(): SurfacePoints {
    const [w, h] = this.#size;
    const place = this.#place.subarray(0, this.#count);
    return {
      size: this.#size,
      i: place.map((at) => at % w),
      j: place.map((at) => Math.floor(at / w) % h),
      k: place.map((at) => Math.floor(at / (w * h))),
      weight: this.#weight.slice(0, this.#count),
    };
  }
}
