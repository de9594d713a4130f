import { HeparError } from "../../core/index.ts";
import { applyAffine } from "../affine.ts";
import { outsideOf, requireFits } from "../outside.ts";
import { type CtVolume, type Grid, type LabelVolume, type Volume, zerosLike } from "../volume.ts";
import { alignedBlocks, type ResampleJob } from "./aligned.ts";
import { labelBlocks } from "./labels.ts";
import { alignedAxes, positionsIn } from "./lines.ts";
import { obliqueBlocks } from "./oblique.ts";
import type { Interpolation } from "./taps.ts";

/** How a scan is resampled. */
export interface CtResampling {
  /**
   * `linear` (default) between the nearest voxel centres, or `cubic`: the cubic B-spline through the
   * voxels, as sitkBSpline, scipy.ndimage at order 3 and nnU-Net have it. It is sharper, and may
   * overshoot beside edges.
   */
  readonly interpolation?: Interpolation;
  /** HU of voxels whose centre lies outside the scan's box. Default −1024. */
  readonly outside?: number;
  /**
   * Blurs first along axes on which the new voxels are larger, so that they show a mean of what they
   * cover: a Gaussian of σ = (step − 1) / 2 old voxels, as skimage.transform.resize. Default false:
   * nnU-Net and SimpleITK do not, and a network must see what it learned from.
   */
  readonly antialias?: boolean;
  /** `float32` keeps fractions of a HU. Default: the scan's own type; in Int16, halves round up. */
  readonly voxels?: "same" | "float32";
}

/** How a mask is resampled: from the nearest voxel, there is nothing to choose. */
export interface LabelResampling {
  /** Label of voxels whose centre lies outside the mask's box. Default 0. */
  readonly outside?: number;
}

/** Resampling in slabs: how many target slices each holds; the last one may hold fewer. Default 32. */
export interface SlabThickness {
  readonly slices?: number;
}

/**
 * The volume on another grid, whatever that grid's spacing, orientation or angle: each new voxel
 * shows what is at its centre in the patient (`gridAtSpacing` and `gridOfShape` make grids).
 *
 * A mask's voxel takes the label of the voxel in which its centre lies, on the border of two that of
 * higher index, so that no label appears that was not there. A scan's is interpolated. Half a voxel
 * beyond the outermost centres, where the volume still is, its last voxels go on (cubic: mirrored,
 * as in ITK). Onto the same grid, and wherever centres meet centres, the voxels are the same bit by
 * bit.
 *
 * Fastest where the axes of both grids run side by side; `reorient` first where they are permuted.
 * Beside both volumes, needs less than 200 MB for slices of 512 × 512.
 *
 * @throws `geometry.singular` when an affine has no inverse; `usage.argument` when `outside` does not
 *   fit the volume's type
 */
export function resample(volume: LabelVolume, onto: Grid, options?: LabelResampling): LabelVolume;
export function resample(volume: CtVolume, onto: Grid, options?: CtResampling): CtVolume;
export function resample(volume: Volume, onto: Grid, options: CtResampling = {}): Volume {
  return volume.kind === "labels"
    ? { kind: "labels", ...wholeOf(onto, labelBlocksOf(volume, onto, options)) }
    : { kind: "ct", ...wholeOf(onto, ctBlocksOf(volume, onto, options)) };
}

/**
 * What `resample` gives, slab by slab from the first target slice on, each on its own part of the
 * grid: for networks that take a large scan piece by piece. Only one slab is held, and yielded
 * volumes are the caller's.
 *
 * @throws as `resample`; `usage.argument` when slabs have no slices
 */
export function resampleSlabs(
  volume: LabelVolume,
  onto: Grid,
  options?: LabelResampling & SlabThickness,
): Generator<LabelVolume, void, undefined>;
export function resampleSlabs(
  volume: CtVolume,
  onto: Grid,
  options?: CtResampling & SlabThickness,
): Generator<CtVolume, void, undefined>;
export function* resampleSlabs(
  volume: Volume,
  onto: Grid,
  { slices = 32, ...options }: CtResampling & SlabThickness = {},
): Generator<Volume, void, undefined> {
  if (!(Number.isInteger(slices) && slices > 0)) {
    throw new HeparError("usage.argument", `no slabs of ${slices} slices`, {
      hint: "give a whole number from 1 up",
    });
  }
  if (volume.kind === "labels") {
    for (const slab of slabsOf(onto, labelBlocksOf(volume, onto, options), slices)) {
      yield { kind: "labels", ...slab };
    }
    return;
  }
  for (const slab of slabsOf(onto, ctBlocksOf(volume, onto, options), slices)) {
    yield { kind: "ct", ...slab };
  }
}

/** Target slices that are made together; fixed, so that slabs of any thickness hold equal voxels. */
const blockDepth = 32;

/** Makes a target's voxels, block by block in order. */
interface Blocks<Voxels> {
  readonly allocate: (length: number) => Voxels;
  readonly fill: (into: Voxels, block: { readonly k: number; readonly depth: number }) => void;
}

function labelBlocksOf(
  volume: LabelVolume,
  onto: Grid,
  { outside = outsideOf(volume) }: LabelResampling,
): Blocks<LabelVolume["voxels"]> {
  requireFits(outside, zerosLike(volume.voxels, 1));
  const job = { positions: positionsIn(volume, onto), dims: onto.dims, outside };
  return {
    allocate: (length) => zerosLike(volume.voxels, length),
    fill: labelBlocks(volume, job),
  };
}

function ctBlocksOf(
  volume: CtVolume,
  onto: Grid,
  options: CtResampling,
): Blocks<CtVolume["voxels"]> {
  const { interpolation = "linear", outside = outsideOf(volume), antialias = false } = options;
  const isWhole = volume.voxels instanceof Int16Array && options.voxels !== "float32";
  const Samples = isWhole ? Int16Array : Float32Array;
  requireFits(outside, new Samples(1));
  const positions = positionsIn(volume, onto);
  const job: ResampleJob = { positions, dims: onto.dims, interpolation, antialias, outside };
  const isAligned = alignedAxes(positions, onto.dims)?.every((axis, n) => axis === n) ?? false;
  return {
    allocate: (length) => new Samples(length),
    fill: isAligned ? alignedBlocks(volume, job) : obliqueBlocks(volume, job),
  };
}

function wholeOf<Voxels extends { subarray(from: number, to: number): Voxels }>(
  { dims, affine, affineFrom }: Grid,
  { allocate, fill }: Blocks<Voxels>,
): Grid & { readonly voxels: Voxels } {
  const size = dims[0] * dims[1];
  const voxels = allocate(size * dims[2]);
  for (let k = 0; k < dims[2]; k += blockDepth) {
    const depth = Math.min(blockDepth, dims[2] - k);
    fill(voxels.subarray(k * size, (k + depth) * size), { k, depth });
  }
  return { dims, affine, affineFrom, voxels };
}

function* slabsOf<
  Voxels extends {
    subarray(from: number, to: number): Voxels;
    set(from: Voxels, at: number): void;
  },
>(
  onto: Grid,
  { allocate, fill }: Blocks<Voxels>,
  slices: number,
): Generator<Grid & { readonly voxels: Voxels }, void, undefined> {
  const size = onto.dims[0] * onto.dims[1];
  const block = allocate(size * Math.min(blockDepth, onto.dims[2]));
  for (let k = 0; k < onto.dims[2]; k += slices) {
    const depth = Math.min(slices, onto.dims[2] - k);
    const voxels = allocate(size * depth);
    for (let slice = k; slice < k + depth; ) {
      const first = slice - (slice % blockDepth);
      const filled = Math.min(blockDepth, onto.dims[2] - first);
      if (slice === first) fill(block.subarray(0, filled * size), { k: first, depth: filled });
      const end = Math.min(first + filled, k + depth);
      voxels.set(block.subarray((slice - first) * size, (end - first) * size), (slice - k) * size);
      slice = end;
    }
    yield { ...slabGrid(onto, { k, depth }), voxels };
  }
}

function slabGrid(
  { dims, affine, affineFrom }: Grid,
  { k, depth }: { readonly k: number; readonly depth: number },
): Grid {
  const origin = applyAffine(affine, [0, 0, k]);
  return {
    dims: [dims[0], dims[1], depth],
    affine: affine.map((value, cell) =>
      cell < 12 && cell % 4 === 3 ? origin[(cell - 3) / 4] : value,
    ),
    affineFrom,
  };
}
