import {
  type Affine,
  applyAffine,
  type Grid,
  invertAffine,
  type LabelVolume,
  reorient,
  reorientGrid,
  type Triple,
  voxelVolumeMm3,
} from "../volume/index.ts";
import type { Body } from "./bodies.ts";
import { axialDiameters, type Diameter, longestDiameter } from "./diameters.ts";
import { measureMesh } from "./mesh.ts";
import type { Between } from "./outline.ts";

/** A length with its ends, so that it can be drawn. */
export interface MeasuredDiameter extends Diameter {
  /** As indices of the stored mask, with halves where an end lies on a voxel's boundary. */
  readonly endsVoxel: readonly [Triple, Triple];
}

/** The shape and place of a lesion. */
export interface LesionShape {
  readonly volumeMl: number;
  /** Mean of its voxels' centres, RAS mm. */
  readonly centroidMm: Triple;
  /** RECIST's longest diameter, and the longest at 90° to it on the same slice. */
  readonly longestAxial: MeasuredDiameter;
  readonly perpendicularAxial: MeasuredDiameter;
  /** Axial slice of the two, from the feet, from 0. */
  readonly axialSlice: number;
  readonly longest3d: MeasuredDiameter;
  readonly surfaceAreaMm2: number;
  /** 1 for a ball; see `measureMesh`. */
  readonly sphericity: number;
}

/** How positions in the patient become indices of a mask. */
export interface MaskFrame {
  /** RAS mm → the stored indices. */
  readonly toStored: Affine;
  /** RAS mm → those of the mask turned to LPS, whose slices are axial and count from the feet. */
  readonly toAxial: Affine;
}

export const frameOf = (mask: Grid): MaskFrame => ({
  toStored: invertAffine(mask.affine),
  toAxial: invertAffine(reorientGrid(mask, "LPS").affine),
});

/** Axial slice, from the feet, from 0, that holds most of a lesion; of equal ones the lowest. */
export function fullestSlice(body: Body, frame: MaskFrame): number {
  const { lps, firstSlice } = axial(body, frame);
  const size = lps.dims[0] * lps.dims[1];
  let [most, fullest] = [0, 0];
  for (let k = 0; k < lps.dims[2]; k++) {
    let count = 0;
    for (let at = k * size; at < (k + 1) * size; at++) count += lps.voxels[at];
    if (count > most) [most, fullest] = [count, k];
  }
  return firstSlice + fullest;
}

/** Sizes in the patient: of millimetres that are known. */
export function measureShape(
  body: Body,
  { frame, between }: { readonly frame: MaskFrame; readonly between: Between },
): LesionShape {
  const { lps, firstSlice } = axial(body, frame);
  const { longest, perpendicular, slice } = axialDiameters(lps, between);
  const { areaMm2, sphericity } = measureMesh(body, body.affine);
  return {
    // V = n · |det A|, A the 3 × 3 of the affine: right for oblique scans too.
    volumeMl: (body.count * voxelVolumeMm3(body.affine)) / 1000,
    centroidMm: applyAffine(body.affine, body.middle),
    longestAxial: placed(longest, frame),
    perpendicularAxial: placed(perpendicular, frame),
    axialSlice: firstSlice + slice,
    longest3d: placed(longestDiameter(lps, between), frame),
    surfaceAreaMm2: areaMm2,
    sphericity,
  };
}

/** A body turned to LPS, so that axial slices run along its third axis. */
function axial(
  body: Body,
  { toAxial }: MaskFrame,
): { readonly lps: LabelVolume; readonly firstSlice: number } {
  const lps = reorient<LabelVolume>(body, "LPS");
  const corner = applyAffine(lps.affine, [0, 0, 0]);
  return { lps, firstSlice: Math.round(applyAffine(toAxial, corner)[2]) };
}

function placed(diameter: Diameter, { toStored }: MaskFrame): MeasuredDiameter {
  const [from, to] = diameter.endsMm.map((end): Triple => {
    const [i, j, k] = applyAffine(toStored, end).map(withoutRounding);
    return [i, j, k];
  });
  return { ...diameter, endsVoxel: [from, to] };
}

/** Indices that went to millimetres and back are halves again. */
const withoutRounding = (index: number): number => Math.round(index * 1e6) / 1e6 || 0;
