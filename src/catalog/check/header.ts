import { HeparError } from "../../core/index.ts";
import {
  type Affine,
  affineOf,
  axisAngleDegrees,
  axisCodes,
  formsDistanceMm,
  type Grid,
  isLeftHanded,
  type NiftiHeader,
  obliquityDegrees,
  shearDegrees,
  spacingIsKnown,
  spacingOf,
} from "../../volume/index.ts";
import { type Finding, when } from "./finding.ts";
import type { FindingCode } from "./rules.ts";

/** More than a float32 header's rounding (0.001°), less than any gantry tilt. */
const rightAngleDegrees = 0.1;
const straightDegrees = 0.5;
/** No CT is finer or coarser; a slice thickness of 10 mm exists. */
const plausibleVoxelMm = { from: 0.1, to: 15 };
/** A table and the largest patient; a liver does not fit into less than 60 mm. */
const plausibleFieldMm = { from: 60, to: 1000, lengthTo: 2200 };
/** Grids with fewer columns or rows are toys: their size says nothing. */
const fewestColumns = 32;

/** What a header says that is odd, of a scan or a mask. No voxel is looked at. */
export function checkHeader(header: NiftiHeader): readonly Finding[] {
  return [
    ...checkGrid(header),
    ...checkForms(header),
    ...checkAxes(header),
    ...checkSizes(header),
    ...readerRemarks(header),
  ];
}

/** Whether a grid knows where it is, and is one: all that can be asked of one without a header. */
export const checkGrid = (grid: Grid): readonly Finding[] => [
  ...when(!spacingIsKnown(grid), "spacing-unknown"),
  ...when(grid.affineFrom === "default", "orientation-unknown"),
  ...when(grid.dims.includes(1), "single-slice"),
];

function checkForms({ dims, geometry, affine, affineFrom }: NiftiHeader): readonly Finding[] {
  if (affineFrom !== "sform") return [];
  const halfVoxel = Math.min(...spacingOf(affine)) / 2;
  try {
    const distance = formsDistanceMm(dims, geometry);
    if (distance !== null && distance > halfVoxel) {
      const qform = affineOf(dims, { ...geometry, sformCode: 0 }).affine;
      return when(true, "forms-disagree", `${distance.toFixed(1)} mm, ${turn(affine, qform)}°`);
    }
  } catch (thrown) {
    if (!(thrown instanceof HeparError)) throw thrown;
    return when(true, "forms-disagree", `by what is unknown: ${thrown.message}`);
  }
  const spacing = spacingOf(affine);
  const differs = spacing.some((mm, axis) => {
    const other = geometry.pixdim[axis + 1] * millimetres(geometry.units);
    return Math.abs(other - mm) > mm / 100;
  });
  const sizes = `${triple(geometry.pixdim.slice(1, 4))} in pixdim, ${triple(spacing)} in the sform`;
  return when(differs, "pixdim-disagrees", sizes);
}

/** The largest angle between the same axes of two affines, in degrees. */
const turn = (a: Affine, b: Affine): string =>
  Math.max(...[0, 1, 2].map((axis) => axisAngleDegrees(a, b, axis))).toFixed(1);

function checkAxes({ affine, affineFrom }: NiftiHeader): readonly Finding[] {
  if (affineFrom === "default") return [];
  const shear = shearDegrees(affine);
  const oblique = obliquityDegrees(affine);
  return [
    ...when(shear > rightAngleDegrees, "axes-sheared", `${shear.toFixed(1)}°`),
    ...when(
      shear <= rightAngleDegrees && oblique > straightDegrees,
      "oblique",
      `${oblique.toFixed(1)}°`,
    ),
    ...when(isLeftHanded(affine), "left-handed", axisCodes(affine)),
  ];
}

/** What the reader itself remarked. */
const remarks = {
  units: "units-not-mm",
  slope: "slope-not-finite",
  extension: "extension-damaged",
  "trailing-bytes": "trailing-bytes",
} as const satisfies Record<NiftiHeader["warnings"][number]["code"], FindingCode>;

const readerRemarks = ({ warnings }: NiftiHeader): readonly Finding[] =>
  warnings.map(({ code, field, found }) => ({ code: remarks[code], field, detail: found }));

function checkSizes({ dims, affine, ...grid }: NiftiHeader): readonly Finding[] {
  if (!spacingIsKnown({ dims, affine, affineFrom: grid.affineFrom })) return [];
  const spacing = spacingOf(affine);
  const { from, to } = plausibleVoxelMm;
  if (spacing.some((mm) => mm < from || mm > to)) {
    return when(true, "spacing-implausible", `${triple(spacing)} mm`);
  }
  const field = spacing.map((mm, axis) => mm * dims[axis]);
  // Whichever way the axes run, the length is the longest, and a few slices may be the shortest.
  const [longest, second] = [...field].sort((a, b) => b - a);
  const isToy = [...dims].sort((a, b) => b - a)[1] < fewestColumns;
  const implausible =
    second < plausibleFieldMm.from ||
    second > plausibleFieldMm.to ||
    longest > plausibleFieldMm.lengthTo;
  const size = `${field.map((mm) => mm.toFixed(0)).join(" × ")} mm`;
  return when(implausible && !isToy, "field-of-view-implausible", size);
}

/** xyzt_units: metres and micrometres; all else is millimetres. */
const millimetres = (units: number): number => ({ 1: 1000, 3: 0.001 })[units & 7] ?? 1;

const triple = (values: readonly number[]): string =>
  values.map((value) => String(Number(value.toPrecision(4)))).join(" × ");
