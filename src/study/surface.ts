import { distanceMm, type LabelVolume, spacingOf, type Triple } from "../volume/index.ts";
import type { Body } from "./bodies.ts";
import { liverLabel, tumourLabel } from "./survey.ts";

/**
 * From a lesion to the liver's surface in mm: between the centres of its nearest voxel and of the
 * nearest liver voxel that has a face in common with something that is neither liver nor tumour; 0
 * when the lesion itself has such a voxel. null when the mask shows none.
 *
 * Holes in the mask, such as a vessel that was left out, count as surface; the edge of the scan does
 * not, for nobody knows what is beyond it. Axes are taken to be at right angles.
 */
export function distanceToSurfaceMm(body: Body, mask: LabelVolume): number | null {
  // Within so many mm of the lesion, further until something nearer than that is found.
  for (let marginMm = 8; ; marginMm *= 2) {
    const { surface, offset, whole } = surfaceAround(body, mask, marginMm);
    const nearest = nearestIn(body, { surface, offset });
    if (nearest <= marginMm) return nearest;
    if (whole) return nearest === Infinity ? null : nearest;
  }
}

interface Surroundings {
  /** 1 on the liver's surface, 0 elsewhere. */
  readonly surface: LabelVolume;
  /** Where in it the body's box begins. */
  readonly offset: Triple;
}

/** The liver's surface in a box around a body; `whole`: a larger box would be cut by the scan. */
function surfaceAround(
  body: Body,
  mask: LabelVolume,
  marginMm: number,
): Surroundings & { readonly whole: boolean } {
  const steps = spacingOf(mask.affine).map((size) => Math.ceil(marginMm / size));
  const bound = (axis: number, side: -1 | 1): number => {
    const edge = body.corner[axis] + (side < 0 ? 1 : body.dims[axis] - 1);
    return Math.min(mask.dims[axis], Math.max(0, edge + side * steps[axis]));
  };
  const low = [0, 1, 2].map((axis) => bound(axis, -1));
  const high = [0, 1, 2].map((axis) => bound(axis, 1));
  const dims: Triple = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
  return {
    surface: { ...mask, dims, voxels: edgesOf(liverIn(mask, { low, dims }), dims) },
    offset: [body.corner[0] + 1 - low[0], body.corner[1] + 1 - low[1], body.corner[2] + 1 - low[2]],
    whole: [0, 1, 2].every((axis) => low[axis] === 0 && high[axis] === mask.dims[axis]),
  };
}

/**
 * 1 in the liver and beyond the scan, 0 elsewhere, in a box that is one voxel wider on each side: so
 * no neighbour of a voxel is missing.
 */
function liverIn(
  { dims: [width, height, depth], voxels }: LabelVolume,
  { low, dims }: { readonly low: readonly number[]; readonly dims: Triple },
): Uint8Array {
  const inside = new Uint8Array((dims[0] + 2) * (dims[1] + 2) * (dims[2] + 2)).fill(1);
  const from = Math.max(0, low[0] - 1);
  const to = Math.min(width, low[0] + dims[0] + 1);
  for (let k = Math.max(0, low[2] - 1); k < Math.min(depth, low[2] + dims[2] + 1); k++) {
    for (let j = Math.max(0, low[1] - 1); j < Math.min(height, low[1] + dims[1] + 1); j++) {
      const row = width * (j + height * k);
      const at = (dims[0] + 2) * (j - low[1] + 1 + (dims[1] + 2) * (k - low[2] + 1)) - low[0] + 1;
      for (let i = from; i < to; i++) {
        const label = voxels[row + i];
        inside[at + i] = label === liverLabel || label === tumourLabel ? 1 : 0;
      }
    }
  }
  return inside;
}

/** Which voxels of a padded box are inside with a neighbour across a face that is not; unpadded. */
function edgesOf(inside: Uint8Array, [width, height, depth]: Triple): Uint8Array {
  const edges = new Uint8Array(width * height * depth);
  const column = width + 2;
  const size = column * (height + 2);
  let to = 0;
  for (let k = 1; k <= depth; k++) {
    for (let j = 1; j <= height; j++) {
      let at = 1 + column * j + size * k;
      for (let i = 0; i < width; i++, at++, to++) {
        if (inside[at] === 0) continue;
        const all =
          inside[at - 1] &
          inside[at + 1] &
          inside[at - column] &
          inside[at + column] &
          inside[at - size] &
          inside[at + size];
        edges[to] = 1 - all;
      }
    }
  }
  return edges;
}

/** From the body's nearest voxel to the surface; Infinity where there is none. */
function nearestIn(body: Body, { surface, offset }: Surroundings): number {
  const size = body.dims.map((length) => length - 2);
  const { mm } = distanceMm(surface, (value) => value === 1, {
    box: {
      low: offset,
      high: [offset[0] + size[0], offset[1] + size[1], offset[2] + size[2]],
    },
  });
  let nearest = Infinity;
  let at = 0;
  for (let k = 1; k <= size[2]; k++) {
    for (let j = 1; j <= size[1]; j++) {
      const row = body.dims[0] * (j + body.dims[1] * k);
      for (let i = 1; i <= size[0]; i++, at++) {
        if (body.voxels[row + i] === 1 && mm[at] < nearest) nearest = mm[at];
      }
    }
  }
  return nearest;
}
