import { axialSlice } from "../../slices/index.ts";
import type { LesionRow } from "../../study/index.ts";
import {
  type Affine,
  applyAffine,
  type Grid,
  invertAffine,
  type LabelVolume,
  multiplyAffines,
  spacingOf,
  type Triple,
} from "../../volume/index.ts";
import type { GrayPlane } from "../overlay.ts";
import type { Caliper, LesionPicture, Point } from "./lesion-sheet.ts";

/** What of a lesion's row its picture needs. */
export type DrawnLesion = Pick<
  LesionRow,
  | "lesion"
  | "voxels"
  | "slice"
  | "axial_slice"
  | "volume_ml"
  | "longest_axial_diameter_mm"
  | "perpendicular_axial_diameter_mm"
  | "longest_axial_ends_voxel"
  | "perpendicular_axial_ends_voxel"
>;

/** A lesion cut out of its slice, but for the encoded picture. */
export type LesionCrop = Omit<LesionPicture, "original"> & { readonly plane: GrayPlane };

/** The square is so many times as wide as the lesion, and at least so many mm. */
const roomier = 1.8;
const leastMm = 36;

/**
 * A lesion on the axial slice of its longest diameter, in a square around it, with the ends of its
 * diameters in the square's pixels. Beyond the scan's edge it is black.
 *
 * @param lesion - its row of lesions.parquet
 * @param options.mask - turned to LPS
 * @param options.stored - the mask's grid as it is stored, whose indices the row's ends are
 * @param options.spacingKnown - false leaves out all millimetres
 * @param options.planeOf - the scan's slice, of the mask's width and height
 */
export function cropLesion(
  lesion: DrawnLesion,
  options: {
    readonly mask: LabelVolume;
    readonly stored: Grid;
    readonly spacingKnown: boolean;
    planeOf(slice: number): GrayPlane;
  },
): LesionCrop {
  const { mask, stored, spacingKnown, planeOf } = options;
  const slice = lesion.axial_slice ?? lesion.slice;
  const toTurned = multiplyAffines(invertAffine(mask.affine), stored.affine);
  const longest = endsOf(lesion.longest_axial_ends_voxel, toTurned);
  const perpendicular = endsOf(lesion.perpendicular_axial_ends_voxel, toTurned);
  const [x, y] = spacingOf(mask.affine);
  const ends = [...(longest ?? []), ...(perpendicular ?? [])];
  const box = ends.length > 0 ? boxOf(ends) : tumourBox(mask, slice);
  const wide = Math.max((box.right - box.left) * x, (box.bottom - box.top) * y);
  const sideMm = Math.max(leastMm, roomier * wide);
  const [width, height] = [Math.ceil(sideMm / x), Math.ceil(sideMm / y)];
  const left = Math.round((box.left + box.right - width) / 2);
  const top = Math.round((box.top + box.bottom - height) / 2);
  const inCrop = (mm: number | null, placed: readonly [Point, Point] | null): Caliper | null =>
    mm === null || placed === null || !spacingKnown
      ? null
      : {
          lengthMm: mm,
          ends: [
            [placed[0][0] - left, placed[0][1] - top],
            [placed[1][0] - left, placed[1][1] - top],
          ],
        };
  const cut = { left, top, width, height };
  const { gray, ...size } = planeOf(slice);
  const labels = axialSlice(mask, slice);
  return {
    lesion: lesion.lesion,
    voxels: lesion.voxels,
    slice,
    volumeMl: spacingKnown ? lesion.volume_ml : null,
    longest: inCrop(lesion.longest_axial_diameter_mm, longest),
    perpendicular: inCrop(lesion.perpendicular_axial_diameter_mm, perpendicular),
    width,
    height,
    sideMm: spacingKnown ? width * x : null,
    mask: cutOut(size, { cut, valueAt: (at) => (labels[at] === 2 ? 1 : 0) }),
    plane: { width, height, gray: cutOut(size, { cut, valueAt: (at) => gray[at] }) },
  };
}

/** The ends of a diameter in a turned slice, from its upper left corner; null without them. */
function endsOf(stored: string | null, toTurned: Affine): readonly [Point, Point] | null {
  if (stored === null) return null;
  const [from, to] = (JSON.parse(stored) as readonly Triple[]).map((end): Point => {
    const [i, j] = applyAffine(toTurned, end);
    // Index 0 is the middle of the first pixel.
    return [i + 0.5, j + 0.5];
  });
  return [from, to];
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const boxOf = (points: readonly Point[]): Box => ({
  left: Math.min(...points.map(([x]) => x)),
  right: Math.max(...points.map(([x]) => x)),
  top: Math.min(...points.map(([, y]) => y)),
  bottom: Math.max(...points.map(([, y]) => y)),
});

/** Where a slice has tumour: for lesions whose ends are unknown. */
function tumourBox(mask: LabelVolume, slice: number): Box {
  const labels = axialSlice(mask, slice);
  const points: Point[] = [];
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 2) points.push([at % mask.dims[0], Math.floor(at / mask.dims[0])]);
  }
  if (points.length === 0) return { left: 0, top: 0, right: mask.dims[0], bottom: mask.dims[1] };
  let box = boxOf([points[0]]);
  for (const [x, y] of points) {
    box = {
      left: Math.min(box.left, x),
      right: Math.max(box.right, x + 1),
      top: Math.min(box.top, y),
      bottom: Math.max(box.bottom, y + 1),
    };
  }
  return box;
}

function cutOut(
  size: { readonly width: number; readonly height: number },
  {
    cut: { left, top, width, height },
    valueAt,
  }: {
    readonly cut: { left: number; top: number; width: number; height: number };
    valueAt(index: number): number;
  },
): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [left + column, top + row];
      if (x < 0 || y < 0 || x >= size.width || y >= size.height) continue;
      out[column + row * width] = valueAt(x + y * size.width);
    }
  }
  return out;
}
