import { applyAffine, type Grid, type Runs } from "../volume/index.ts";
import type { Body } from "./bodies.ts";
import { liverDivideMm } from "./side.ts";
import { distanceToSurfaceMm, surfaceOf } from "./surface.ts";

/** Where in the liver a lesion lies. */
export interface LesionPlace {
  /**
   * The patient's right or left half of the liver, by the centroid and a plane that stands in for the
   * true divide: see `liverDivideMm`. null when the file does not say how the patient lies.
   */
  readonly side: "right" | "left" | null;
  /** From that plane to the centroid; negative on the left. null with `side`. */
  readonly rightOfDivideMm: number | null;
  /** See `distanceToSurfaceMm`; null when the mask shows no surface. */
  readonly distanceToLiverSurfaceMm: number | null;
  /** Whether a voxel of it has a face in common with something that is no liver: the distance is 0. */
  readonly touchesLiverSurface: boolean;
}

/** What of the whole liver the places of its lesions are measured by. */
export interface LiverPlaces {
  readonly grid: Grid;
  readonly surface: Runs;
  readonly divideMm: number | null;
}

export const liverPlaces = (grid: Grid, liver: Runs): LiverPlaces => ({
  grid,
  surface: surfaceOf(liver, grid),
  divideMm: grid.affineFrom === "default" ? null : liverDivideMm(grid, liver),
});

export function placeOf(body: Body, { divideMm, ...liver }: LiverPlaces): LesionPlace {
  const distanceToLiverSurfaceMm = distanceToSurfaceMm(body, liver);
  const [x] = applyAffine(body.affine, body.middle);
  return {
    side: divideMm === null ? null : x >= divideMm ? "right" : "left",
    rightOfDivideMm: divideMm === null ? null : x - divideMm,
    distanceToLiverSurfaceMm,
    touchesLiverSurface: distanceToLiverSurfaceMm === 0,
  };
}
