import type { MeasuredDiameter } from "./lesion.ts";
import type { Lesion, Measurement } from "./measure.ts";

/** A measurement as `hepar measure --json` tells it: every field that has a unit names it. */
export function measurementJson(measured: Measurement) {
  const { dims, spacingMm, labels, connectivity, between, scanHu } = measured;
  return {
    dims,
    spacingMm,
    labels: Object.fromEntries(labels),
    connectivity,
    diametersBetween: between,
    scanHu,
    liver: { volumeMl: measured.liverMl, hu: measured.liverHu },
    tumour: {
      volumeMl: measured.tumourMl,
      burdenPercent: measured.tumourPercentOfLiver,
      percentOfVoxels: measured.tumourPercent,
      lesionCount: measured.lesions.length,
      hu: measured.tumourHu,
    },
    lesions: measured.lesions.map(lesionJson),
  };
}

const lesionJson = ({ id, voxels, slice, shape, place, hu }: Lesion) => ({
  id,
  voxels,
  volumeMl: shape?.volumeMl ?? null,
  longestAxialDiameterMm: shape?.longestAxial.lengthMm ?? null,
  perpendicularAxialDiameterMm: shape?.perpendicularAxial.lengthMm ?? null,
  axialSlice: shape?.axialSlice ?? null,
  largestSlice: slice,
  longest3dDiameterMm: shape?.longest3d.lengthMm ?? null,
  surfaceAreaMm2: shape?.surfaceAreaMm2 ?? null,
  sphericity: shape?.sphericity ?? null,
  meanHu: hu?.meanHu ?? null,
  sdHu: hu?.sdHu ?? null,
  hu,
  centroidMm: shape?.centroidMm ?? null,
  side: place?.side ?? null,
  rightOfDivideMm: place?.rightOfDivideMm ?? null,
  distanceToLiverSurfaceMm: place?.distanceToLiverSurfaceMm ?? null,
  touchesLiverSurface: place?.touchesLiverSurface ?? null,
  longestAxialDiameterEnds: endsJson(shape?.longestAxial),
  perpendicularAxialDiameterEnds: endsJson(shape?.perpendicularAxial),
  longest3dDiameterEnds: endsJson(shape?.longest3d),
});

/** Where a caliper is drawn; voxel indices are those of the stored mask, from 0. */
const endsJson = (diameter: MeasuredDiameter | undefined) =>
  diameter === undefined ? null : { mm: diameter.endsMm, voxel: diameter.endsVoxel };
