import { applyAffine, type Triple } from "../affine.ts";
import { type CtVolume, voxelCount } from "../volume.ts";
import type { BlockMaker, ResampleJob } from "./aligned.ts";
import { type SampleBox, sampleBox } from "./box.ts";
import { gatherCubic, gatherLinear } from "./gather.ts";
import { insideBox, rowLines } from "./lines.ts";
import { storeRow } from "./rows.ts";
import { splineReach } from "./spline.ts";
import { antialiasSigma, gaussian } from "./taps.ts";

/** Part of the target: from the first index to before the last, along each axis. */
interface Tile {
  readonly from: Triple;
  readonly to: Triple;
}

/** Target voxels along i and j that are made together, from one box of the source. */
const tileSize = 64;

/** A box holds at most so many samples; a tile that needs more is halved. */
const mostSamples = 2 ** 24;

/**
 * Resampling onto any grid, tile by tile: of the source only the box that a tile lies in is held as
 * float samples or coefficients; for linear interpolation without antialiasing, nothing is.
 */
export function obliqueBlocks(source: CtVolume, job: ResampleJob): BlockMaker {
  const [width, height] = job.dims;
  const fill = tileFiller(source, job);
  return (into, { k, depth }) => {
    into.fill(job.outside);
    for (let j = 0; j < height; j += tileSize) {
      for (let i = 0; i < width; i += tileSize) {
        const to: Triple = [
          Math.min(i + tileSize, width),
          Math.min(j + tileSize, height),
          k + depth,
        ];
        fill({ from: [i, j, k], to }, { into, k });
      }
    }
  };
}

/** Where the target's slice k begins in memory. */
interface Place {
  readonly into: CtVolume["voxels"];
  readonly k: number;
}

function tileFiller(source: CtVolume, job: ResampleJob): (tile: Tile, place: Place) => void {
  const sigmas = sigmasOf(job);
  const { interpolation } = job;
  const wholeIsBox = interpolation === "linear" && sigmas.every((sigma) => sigma === 0);
  const whole: SampleBox = { origin: [0, 0, 0], dims: source.dims, samples: source.voxels };
  const fill = (tile: Tile, place: Place): void => {
    if (wholeIsBox) {
      gatherTile(tile, { ...place, box: whole, source, job });
      return;
    }
    const box = boxOf(tile, { source, job, sigmas });
    if (voxelCount(box) === 0) return;
    const halves = voxelCount(box) > mostSamples ? halvesOf(tile) : [];
    if (halves.length > 0) for (const half of halves) fill(half, place);
    else {
      const samples = sampleBox(source, { ...box, sigmas, interpolation });
      gatherTile(tile, { ...place, box: samples, source, job });
    }
  };
  return fill;
}

/** Along each source axis, of a Gaussian for the longest step that a target axis takes there. */
function sigmasOf({ positions, antialias }: ResampleJob): Triple {
  const sigma = (row: number): number =>
    antialias ? antialiasSigma(Math.max(...positions.slice(row, row + 3).map(Math.abs))) : 0;
  return [sigma(0), sigma(4), sigma(8)];
}

/** The source voxels that a tile's are made of; no voxels when it lies outside. */
function boxOf(
  { from, to }: Tile,
  { source, job, sigmas }: { source: CtVolume; job: ResampleJob; sigmas: Triple },
): { origin: Triple; dims: Triple } {
  const corners = Array.from({ length: 8 }, (_, corner) =>
    applyAffine(job.positions, [
      corner & 1 ? to[0] - 1 : from[0],
      corner & 2 ? to[1] - 1 : from[1],
      corner & 4 ? to[2] - 1 : from[2],
    ]),
  );
  const sides = [0, 1, 2].map((axis) => {
    const along = corners.map((corner) => corner[axis]);
    const blurred = (gaussian(sigmas[axis]).length - 1) / 2;
    const reach = 2 + blurred + (job.interpolation === "cubic" ? splineReach : 0);
    const low = Math.max(0, Math.floor(Math.min(...along)) - reach);
    const high = Math.min(source.dims[axis], Math.floor(Math.max(...along)) + reach + 1);
    return { low, size: Math.max(0, high - low) };
  });
  return {
    origin: [sides[0].low, sides[1].low, sides[2].low],
    dims: [sides[0].size, sides[1].size, sides[2].size],
  };
}

/** The tile cut across its longest side; [] for a single voxel. */
function halvesOf({ from, to }: Tile): Tile[] {
  const sides = from.map((low, axis) => to[axis] - low);
  const longest = sides.indexOf(Math.max(...sides));
  if (sides[longest] < 2) return [];
  const middle = from[longest] + (sides[longest] >> 1);
  const at = ([i, j, k]: Triple): Triple => [
    longest === 0 ? middle : i,
    longest === 1 ? middle : j,
    longest === 2 ? middle : k,
  ];
  return [
    { from, to: at(to) },
    { from: at(from), to },
  ];
}

function gatherTile(
  { from, to }: Tile,
  options: Place & {
    readonly box: SampleBox;
    readonly source: CtVolume;
    readonly job: ResampleJob;
  },
): void {
  const { box, source, job, into, k } = options;
  const gather = job.interpolation === "cubic" ? gatherCubic : gatherLinear;
  const row = new Float32Array(to[0] - from[0]);
  for (let slice = from[2]; slice < to[2]; slice++) {
    for (let j = from[1]; j < to[1]; j++) {
      const lines = rowLines(job, j, slice);
      const inside = insideBox(lines, source.dims);
      const range = { from: Math.max(from[0], inside.from), to: Math.min(to[0], inside.to) };
      if (range.from >= range.to) continue;
      gather(box, { lines, range, dims: source.dims, into: row });
      const at = range.from + job.dims[0] * (j + job.dims[1] * (slice - k));
      storeRow(row, into, { at, length: range.to - range.from });
    }
  }
}
