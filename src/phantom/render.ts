import type { Random } from "../core/index.ts";
import { type Affine, type Grid, type Triple, voxelCount } from "../volume/index.ts";
import { type NoiseTile, noiseTile } from "./noise.ts";
import type { Organ } from "./organ.ts";

/** What is painted: organs in order, and which of them the mask shows. */
export interface Scene {
  readonly organs: readonly LabelledOrgan[];
  /** Standard deviation of the scan's noise, HU. */
  readonly noiseSd: number;
}

export interface LabelledOrgan extends Organ {
  /** Written into the mask wherever a voxel's centre lies inside the shape. */
  readonly label?: 1 | 2;
}

export interface Rendering {
  /** [i, j, k], i fastest, HU. */
  readonly hu: Int16Array<ArrayBuffer>;
  /** [i, j, k]: 0, 1 or 2. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** For each organ of the scene, the voxels whose centre lies inside it, covered or not. */
  readonly voxels: readonly number[];
}

const airHu = -1000;

/** A grid as radiologists see it: columns to the patient's left, rows to the back, slices up. */
export function axialGrid(options: {
  readonly dims: Triple;
  readonly spacing: Triple;
  readonly centre: Triple;
}): Grid {
  const { dims, spacing, centre } = options;
  const half = (axis: 0 | 1 | 2): number => ((dims[axis] - 1) / 2) * spacing[axis];
  const affine: Affine = [
    ...[-spacing[0], 0, 0, centre[0] + half(0)],
    ...[0, -spacing[1], 0, centre[1] + half(1)],
    ...[0, 0, spacing[2], centre[2] - half(2)],
    ...[0, 0, 0, 1],
  ];
  return { dims, affine, affineFrom: "sform" };
}

/**
 * A scene as a scan and its mask.
 *
 * @param grid - from `axialGrid`
 * @param random - of the noise only: the anatomy is already drawn
 */
export function render(
  scene: Scene,
  grid: Grid,
  { random }: { readonly random: Random },
): Rendering {
  const [width, height, depth] = grid.dims;
  const size = width * height;
  const slice = new Float32Array(size);
  const hu = new Int16Array(voxelCount(grid));
  const labels = new Uint8Array(voxelCount(grid));
  const voxels = scene.organs.map(() => 0);
  const spacing = -grid.affine[0];
  const grain = noiseTile(random.fork("grain"), { size: 512, radius: 0.6 });
  // Tissue varies over about a centimetre.
  const cloud = noiseTile(random.fork("cloud"), { size: 256, radius: Math.max(1, 4 / spacing) });
  const offsets = random.fork("offsets");
  for (let k = 0; k < depth; k++) {
    slice.fill(airHu);
    const canvas: Canvas = {
      grid,
      k,
      hu: slice,
      labels: labels.subarray(k * size, (k + 1) * size),
      cloud: shifted(cloud, offsets),
    };
    scene.organs.forEach((organ, index) => {
      voxels[index] += paint(organ, canvas);
    });
    develop(slice, hu.subarray(k * size, (k + 1) * size), {
      width,
      noiseSd: scene.noiseSd,
      grain: [shifted(grain, offsets), shifted(grain, offsets)],
    });
  }
  return { hu, labels, voxels };
}

/** A tile read from a place of its own. */
interface Shifted extends NoiseTile {
  readonly dx: number;
  readonly dy: number;
}

const shifted = (tile: NoiseTile, random: Random): Shifted => ({
  ...tile,
  dx: random.below(tile.size),
  dy: random.below(tile.size),
});

/** One slice while it is painted. */
interface Canvas {
  readonly grid: Grid;
  readonly k: number;
  readonly hu: Float32Array;
  readonly labels: Uint8Array;
  readonly cloud: Shifted;
}

/** Paints one organ's section and counts the voxels inside it. */
function paint(organ: LabelledOrgan, canvas: Canvas): number {
  const { affine, dims } = canvas.grid;
  const [width, height] = dims;
  const [sx, sy, sz] = [-affine[0], -affine[5], affine[10]];
  const z = affine[11] + canvas.k * sz;
  const { box } = organ.shape;
  // Half a voxel of blur in plane, and a little of the slice's thickness.
  const softness = organ.softness ?? 0.5 * sx + 0.12 * sz;
  if (z < box.low[2] - softness || z > box.high[2] + softness) return 0;
  const left = Math.max(0, Math.floor((affine[3] - box.high[0] - softness) / sx));
  const right = Math.min(width - 1, Math.ceil((affine[3] - box.low[0] + softness) / sx));
  const front = Math.max(0, Math.floor((affine[7] - box.high[1] - softness) / sy));
  const back = Math.min(height - 1, Math.ceil((affine[7] - box.low[1] + softness) / sy));
  let inside = 0;
  for (let j = front; j <= back; j++) {
    inside += paintRow(organ, canvas, { j, left, right, y: affine[7] - j * sy, z, softness });
  }
  return inside;
}

interface Row {
  readonly j: number;
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly z: number;
  readonly softness: number;
}

/**
 * Walks along a row in steps as long as the distance to the surface allows, so that only voxels
 * near a border are looked at one by one.
 */
function paintRow(organ: LabelledOrgan, canvas: Canvas, row: Row): number {
  const { shape, label } = organ;
  const { hu, labels, grid } = canvas;
  const { y, z, softness, right } = row;
  const start = row.j * grid.dims[0];
  const sx = -grid.affine[0];
  const x0 = grid.affine[3];
  const { values, dx, dy, size } = canvas.cloud;
  const mask = size - 1;
  const cloudRow = ((row.j + dy) & mask) * size;
  const { texture = 0 } = organ;
  let inside = 0;
  for (let i = row.left; i <= right; ) {
    const d = shape.distance(x0 - i * sx, y, z);
    if (d >= softness) {
      i += Math.max(1, Math.floor(((d - softness) * shape.slack) / sx));
      continue;
    }
    if (d > -softness) {
      // Smoothstep over the border: about what a voxel that holds both tissues shows.
      const t = 0.5 - d / (2 * softness);
      const share = t * t * (3 - 2 * t);
      const own = organ.hu + texture * values[cloudRow + ((i + dx) & mask)];
      hu[start + i] += share * (own - hu[start + i]);
      if (d < 0) {
        inside++;
        if (label !== undefined) labels[start + i] = label;
      }
      i++;
      continue;
    }
    const run = Math.max(1, Math.floor(((-d - softness) * shape.slack) / sx));
    const end = Math.min(right + 1, i + run);
    if (label !== undefined) labels.fill(label, start + i, start + end);
    inside += end - i;
    if (texture === 0) hu.fill(organ.hu, start + i, start + end);
    else {
      for (let n = i; n < end; n++) {
        hu[start + n] = organ.hu + texture * values[cloudRow + ((n + dx) & mask)];
      }
    }
    i = end;
  }
  return inside;
}

/** Adds the scanner's noise, and rounds. */
function develop(
  slice: Float32Array,
  out: Int16Array,
  options: {
    readonly width: number;
    readonly noiseSd: number;
    /** Two tiles added, so that no slice shows another's noise moved. */
    readonly grain: readonly [Shifted, Shifted];
  },
): void {
  const { width, noiseSd, grain } = options;
  const [a, b] = grain;
  const mask = a.size - 1;
  const strength = noiseSd * Math.SQRT1_2;
  for (let n = 0, j = 0; n < slice.length; j++) {
    const rowA = ((j + a.dy) & mask) * a.size;
    const rowB = ((j + b.dy) & mask) * b.size;
    for (let i = 0; i < width; i++, n++) {
      const noise = a.values[rowA + ((i + a.dx) & mask)] + b.values[rowB + ((i + b.dx) & mask)];
      // Fewer photons are lost in air, so it is quieter there.
      const value = slice[n] + noise * (slice[n] < -900 ? 0.5 * strength : strength);
      // Truncation of a positive number rounds it: several times faster than Math.round.
      out[n] = value < -1024 ? -1024 : ((value + 4096.5) | 0) - 4096;
    }
  }
}
