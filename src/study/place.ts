import { applyAffine, type LabelVolume, type Runs } from "../volume/index.ts";
import type { Body } from "./bodies.ts";
import { liverDivideMm } from "./side.ts";

/** Where in the liver a lesion lies. */
export interface LesionPlace {
  /**
   * The patient's right or left half of the liver, by the centroid and a plane that stands in for the
   * true divide: see `liverDivideMm`. null when the file does not say how the patient lies.
   */
  readonly side: "right" | "left" | null;
  /** From that plane to the centroid; negative on the left. null with `side`. */
  readonly rightOfDivideMm: number | null;
  /** Whether a voxel of it has a face in common with something that is no liver. */
  readonly touchesLiverSurface: boolean;
  /** See `distanceToSurfaceMm`. */
  readonly distanceToLiverSurfaceMm: number | null;
}

/** What of the whole liver the places of its lesions are measured by. */
export interface LiverPlaces {
  readonly mask: LabelVolume;
  readonly divideMm: number | null;
}

export const liverPlaces = (mask: LabelVolume, liver: Runs): LiverPlaces => ({
  mask,
  divideMm: mask.affineFrom === "default" ? null : liverDivideMm(mask, liver),
});

export function placeOf(body: Body, { mask, divideMm }: LiverPlaces): LesionPlace {
  const [x] = applyAffine(body.affine, body.middle);
  return {
    side: divideMm === null ? null : x >= divideMm ? "right" : "left",
    rightOfDivideMm: divideMm === null ? null : x - divideMm,
    touchesLiverSurface: touchesSurface(body, mask),
    distanceToLiverSurfaceMm: null,
  };
}

/** Beyond the scan's edge nobody knows what is: a liver that is cut off has no surface there. */
function touchesSurface(body: Body, { dims, voxels }: LabelVolume): boolean {
  const isLiver = (label: number): boolean => label === 1 || label === 2;
  const strides = [1, dims[0], dims[0] * dims[1]];
  const [width, height, depth] = body.dims;
  for (let k = 1, at = 0; k < depth - 1; k++) {
    for (let j = 1; j < height - 1; j++) {
      at = 1 + width * (j + height * k);
      for (let i = 1; i < width - 1; i++, at++) {
        if (body.voxels[at] === 0) continue;
        const place = [i, j, k].map((index, axis) => index + body.corner[axis]);
        const stored = place[0] + strides[1] * place[1] + strides[2] * place[2];
        for (let axis = 0; axis < 3; axis++) {
          if (place[axis] > 0 && !isLiver(voxels[stored - strides[axis]])) return true;
          if (place[axis] + 1 < dims[axis] && !isLiver(voxels[stored + strides[axis]])) return true;
        }
      }
    }
  }
  return false;
}
