export {
  type Affine,
  applyAffine,
  determinant,
  identityAffine,
  invertAffine,
  multiplyAffines,
  spacingOf,
  type Triple,
  voxelVolumeMm3,
} from "./affine.ts";
export {
  compareGrids,
  type GridComparison,
  gridToleranceMm,
  requireSameGrid,
} from "./compare-grids.ts";
export {
  type ComponentNumbers,
  type ComponentRuns,
  type Components,
  type Connectivity,
  componentRuns,
  componentsOfRuns,
  connectedComponents,
  forEachRun,
} from "./components.ts";
export {
  boundingBox,
  crop,
  cropGrid,
  type Filling,
  pad,
  putBack,
  type VoxelBox,
} from "./crop.ts";
export { type DistanceOptions, type Distances, distanceMm } from "./distance/distance.ts";
export {
  axisAngleDegrees,
  formsDistanceMm,
  isLeftHanded,
  obliquityDegrees,
  shearDegrees,
} from "./geometry.ts";
export { describeGridDifference, type GridDifference } from "./grid-difference.ts";
export { fillHoles, type HoleOptions } from "./holes.ts";
export {
  largestComponent,
  type Reduced,
  type ReducingOptions,
  withoutSmallComponents,
} from "./largest.ts";
export {
  close,
  dilate,
  type Element,
  erode,
  type MorphologyOptions,
  open,
} from "./morphology.ts";
export { affineOf, type NiftiGeometry } from "./nifti/affine.ts";
export { type EncodeOptions, encodeNifti, type WrittenType } from "./nifti/encode.ts";
export { type NiftiHeader, type NiftiWarning, parseNiftiHeader } from "./nifti/header.ts";
export { toCtVolume, toLabelVolume } from "./nifti/nifti.ts";
export type { ScalarType } from "./nifti/types.ts";
export { type AxisCodes, axisCodes, reorient, reorientBack, reorientGrid } from "./orientation.ts";
export { gridAtSpacing, gridOfShape } from "./resample/grid.ts";
export {
  type CtResampling,
  type LabelResampling,
  resample,
  resampleSlabs,
  type SlabThickness,
} from "./resample/resample.ts";
export type { Interpolation } from "./resample/taps.ts";
export { boundsOfRuns, findRuns, type Runs } from "./runs.ts";
export {
  type AffineSource,
  type CtVolume,
  cornerDistanceMm,
  type Grid,
  type LabelArray,
  type LabelVolume,
  requireSameShape,
  spacingIsKnown,
  type Volume,
  type Voxels,
  voxelCount,
  zerosLike,
} from "./volume.ts";
