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
  const voxels = new Uint8Array(dims[0] * dims[1] * dims[2]);
  let at = 0;
  for (let k = low[2]; k < high[2]; k++) {
    for (let j = low[1]; j < high[1]; j++) {
      const row = mask.dims[0] * (j + mask.dims[1] * k);
      for (let i = low[0]; i < high[0]; i++, at++) {
        if (isLiver(mask.voxels[row + i]) && isOnSurface(mask, [i, j, k])) voxels[at] = 1;
      }
    }
  }
  return {
    surface: { ...mask, dims, voxels },
    offset: [body.corner[0] + 1 - low[0], body.corner[1] + 1 - low[1], body.corner[2] + 1 - low[2]],
    whole: [0, 1, 2].every((axis) => low[axis] === 0 && high[axis] === mask.dims[axis]),
  };
}

const isLiver = (label: number): boolean => label === liverLabel || label === tumourLabel;

/** Whether a voxel of the liver has a neighbour within the scan, across a face, that is none. */
function isOnSurface({ dims: [width, height, depth], voxels }: LabelVolume, [i, j, k]: Triple) {
  const at = i + width * (j + height * k);
  const size = width * height;
  return (
    (i > 0 && !isLiver(voxels[at - 1])) ||
    (i + 1 < width && !isLiver(voxels[at + 1])) ||
    (j > 0 && !isLiver(voxels[at - width])) ||
    (j + 1 < height && !isLiver(voxels[at + width])) ||
    (k > 0 && !isLiver(voxels[at - size])) ||
    (k + 1 < depth && !isLiver(voxels[at + size]))
  );
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
