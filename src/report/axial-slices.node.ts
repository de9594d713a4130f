import { join } from "node:path";
import { HeparError } from "../core/index.ts";
import { readMask, readShown } from "../slices/index.node.ts";
import { axialSlice, type SliceRow, windowed } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { readCt, readLabels } from "../volume/index.node.ts";
import { reorient, spacingOf } from "../volume/index.ts";
import type { AxialSlices } from "./patient-pictures.node.ts";

/** A scan's axial slices from its files, both held in memory. The mask lies on it voxel by voxel. */
export async function slicesOfScan(
  row: Pick<StudiedRow, "scan_source" | "mask_source" | "spacing_x_mm">,
): Promise<{ readonly count: number; readonly sliceAt: AxialSlices }> {
  const stored = (await readCt(row.scan_source)).scan;
  const { affine, affineFrom } = stored;
  const scan = reorient(stored, "LPS");
  const mask =
    row.mask_source === null
      ? null
      : reorient({ ...(await readLabels(row.mask_source)), affine, affineFrom }, "LPS");
  const [width, height, count] = scan.dims;
  // Masks of labels above 255 or below 0 are told of elsewhere: here all but liver and tumour is other.
  const bytes =
    mask === null
      ? null
      : Uint8Array.from(mask.voxels, (label) => (label >= 0 && label <= 255 ? label : 255));
  const [x, y] = spacingOf(scan.affine);
  const sliceAt: AxialSlices = async (slice) => {
    if (slice < 0 || slice >= count) return null;
    const values = windowed(axialSlice(scan, slice), "liver");
    return {
      width,
      height,
      gray: Uint8Array.from(values, (value) => Math.round(255 * value)),
      labels: bytes?.subarray(slice * width * height, (slice + 1) * width * height) ?? null,
      aspect: y / x,
      pixelMm: row.spacing_x_mm === null ? null : x,
      toPixels: ([i, j]) => [i + 0.5, j + 0.5],
    };
  };
  return { count, sliceAt };
}

/**
 * A case's axial slices from a cohort's images, each read when it is asked for. Slices of another orientation
 * are not shown: their numbers and sides are others.
 *
 * @param options.slices - the case's rows
 */
export function slicesOfCohort(
  row: StudiedRow,
  {
    cohort,
    slices,
    neighbours,
    maskOf = (slice) => slice.mask,
  }: {
    readonly cohort: string;
    readonly slices: readonly SliceRow[];
    readonly neighbours: number;
    /** Relative to the cohort; default: the reference's. */
    readonly maskOf?: (slice: SliceRow) => string | null;
  },
): AxialSlices {
  const byNumber = new Map(
    slices
      .filter(({ orientation }) => orientation === "radiological")
      .map((slice) => [slice.slice, slice]),
  );
  const [x, y] = spacingOfSlice(row);
  return async (number) => {
    const slice = byNumber.get(number);
    if (slice === undefined) return null;
    const shown = await unlessMissing(readShown(join(cohort, slice.image), { neighbours }));
    if (shown === null) return null;
    const file = maskOf(slice);
    const mask = file === null ? null : await unlessMissing(readMask(join(cohort, file)));
    const { width, height } = shown;
    const across = slice.crop_width / width;
    const down = slice.crop_height / height;
    return {
      width,
      height,
      gray: shown.channels.slice(0, width * height),
      labels: mask !== null && mask.width === width && mask.height === height ? mask.labels : null,
      aspect: ((y ?? 1) * down) / ((x ?? 1) * across),
      pixelMm: x === null ? null : x * across,
      toPixels: ([i, j]) => [(i + 0.5 - slice.crop_x) / across, (j + 0.5 - slice.crop_y) / down],
    };
  };
}

/** Of a scan turned to LPS: along the patient's left and back; null when unknown. */
function spacingOfSlice(row: StudiedRow): readonly [number | null, number | null] {
  const { orientation, spacing_x_mm, spacing_y_mm, spacing_z_mm } = row;
  if (orientation === null) return [null, null];
  const spacing = [spacing_x_mm, spacing_y_mm, spacing_z_mm];
  const along = (codes: string): number | null =>
    spacing[[...orientation].findIndex((code) => codes.includes(code))] ?? null;
  return [along("LR"), along("PA")];
}

/** null for a file that is not there; a damaged one is still an error. */
export async function unlessMissing<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof HeparError && thrown.code === "input.missing") return null;
    throw thrown;
  }
}
