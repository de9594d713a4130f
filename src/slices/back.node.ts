import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogRow } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { readNiftiHeader, writeNifti } from "../volume/index.node.ts";
import { type Grid, type LabelVolume, reorientBack, reorientGrid } from "../volume/index.ts";
import type { SliceBox } from "./body.ts";
import { readMask } from "./image.node.ts";
import { sliceCodes } from "./orientation.ts";
import { resizeLabels, type SliceLabels } from "./resample.ts";
import type { SliceRow } from "./row.ts";
import { sliceNumbers } from "./selection.ts";
import type { ConvertSettings } from "./settings.ts";
import type { SliceMask } from "./tensor.ts";

/** How a mask came back from its slices. */
export interface BroughtBack {
  /** The scan's slices that have a PNG of their own. */
  readonly read: number;
  /** Those that were given the labels of the nearest slice that has one. */
  readonly filled: number;
  /** Those without liver, which were not converted: background. */
  readonly background: number;
  /** Whether masks were of another size, and came back label by label as it covers most of a pixel. */
  readonly resized: boolean;
  /** Whether what lies outside the box that was cut is taken for background. */
  readonly cropped: boolean;
  /** Whether every voxel is as the PNGs have it, nothing filled in. */
  readonly exact: boolean;
}

/** Masks of a case as PNGs, and how they were made. */
interface Masks {
  /** Holds `<case>_slice_<k>.png`. */
  readonly folder: string;
  readonly settings: ConvertSettings;
  /** The case's rows of the index; whole slices, such as predictions, need none. */
  readonly slices: readonly SliceRow[];
}

/**
 * Writes a case's mask as NIfTI on the scan's own grid and affine from its slices: label by label as
 * the PNGs have it, where every slice was converted whole and at its size. Else what is missing is
 * filled in, and that is told.
 *
 * @returns null when the folder has no slice of the case
 * @throws `input.missing` when a slice in between is missing; `image.unreadable`;
 *   `geometry.mismatch` for a PNG of another size; as `readNiftiHeader`; `output.full`,
 *   `output.unwritable`
 */
export async function bringBack(
  row: Pick<CatalogRow, "case" | "scan_source">,
  options: Masks & { readonly out: string },
): Promise<BroughtBack | null> {
  const header = await readNiftiHeader(row.scan_source);
  const { dims, affine, affineFrom } = header;
  const original: Grid = { dims, affine, affineFrom };
  const codes = sliceCodes(original, options.settings.orientation);
  const turned = reorientGrid(original, codes);
  const files = await slicesIn(options.folder, row.case);
  if (files.size === 0) return null;
  const { voxels, ...told } = await stackOf(files, { ...options, turned });
  const mask: LabelVolume = { kind: "labels", ...turned, voxels };
  const { geometry } = header;
  await writeNifti(options.out, reorientBack(mask, { original, codes }), { geometry });
  return told;
}

/** The PNGs of a case by slice number. */
async function slicesIn(folder: string, name: string): Promise<ReadonlyMap<number, string>> {
  const files = await readdir(folder).catch(() => []);
  const start = `${name}_slice_`;
  return new Map(
    files.flatMap((file) => {
      if (!file.startsWith(start)) return [];
      const number = /^(\d+)\.png$/.exec(file.slice(start.length))?.[1];
      return number === undefined ? [] : [[Number(number), join(folder, file)] as const];
    }),
  );
}

async function stackOf(
  files: ReadonlyMap<number, string>,
  { turned, ...masks }: Masks & { readonly turned: Grid },
): Promise<BroughtBack & { readonly voxels: LabelVolume["voxels"] }> {
  const [width, height, depth] = turned.dims;
  const beyond = [...files].find(([k]) => k >= depth);
  if (beyond !== undefined) {
    throw new HeparError("geometry.mismatch", `the scan has ${depth} slices, 0 to ${depth - 1}`, {
      file: beyond[1],
    });
  }
  const rows = new Map(masks.slices.map((row) => [row.slice, row]));
  const stack: (SliceLabels | null)[] = [];
  const counts = { read: 0, filled: 0, background: 0 };
  let [resized, cropped] = [false, false];
  let last: { readonly k: number; readonly labels: SliceLabels } | undefined;
  for (let k = 0; k < depth; k++) {
    const source = sourceOf(k, { files, depth, settings: masks.settings });
    if (source === null) {
      counts.background += 1;
      stack.push(null);
      continue;
    }
    const path = files.get(source);
    if (path === undefined) throw missing(masks.folder, source);
    counts[source === k ? "read" : "filled"] += 1;
    if (last?.k !== source) {
      const mask = await readMask(path);
      const place = placeOf(mask, { path, row: rows.get(source), width, height });
      resized ||= place.box.width !== mask.width || place.box.height !== mask.height;
      cropped ||= place.box.width !== width || place.box.height !== height;
      last = { k: source, labels: whole(mask, { ...place, width, height }) };
    }
    stack.push(last.labels);
  }
  const voxels = joined(stack, width * height);
  const exact = counts.filled === 0 && counts.background === 0 && !resized && !cropped;
  return { voxels, ...counts, resized, cropped, exact };
}

/** The slices one after the other, null as background, in as many bits as their labels need. */
function joined(stack: readonly (SliceLabels | null)[], pixels: number): LabelVolume["voxels"] {
  const isWide = stack.some((labels) => labels instanceof Uint16Array);
  const voxels = isWide
    ? new Int32Array(stack.length * pixels)
    : new Uint8Array(stack.length * pixels);
  for (const [k, labels] of stack.entries()) {
    if (labels !== null) voxels.set(labels, k * pixels);
  }
  return voxels;
}

/**
 * The slice whose labels slice k gets: its own, or the nearest of every k-th (the lower of two); null
 * for background, where only slices with liver were converted.
 */
function sourceOf(
  k: number,
  from: {
    readonly files: ReadonlyMap<number, string>;
    readonly depth: number;
    readonly settings: ConvertSettings;
  },
): number | null {
  const { files, depth, settings } = from;
  if (files.has(k)) return k;
  const { everyKth, liverOnly } = settings;
  const wanted = sliceNumbers(depth, settings);
  const nearest = wanted[Math.min(wanted.length - 1, Math.ceil(k / everyKth - 0.5))];
  return liverOnly && !files.has(nearest) ? null : nearest;
}

/** Where on the scan's slice a mask lies: on all of it, or on what was cut out when it was made. */
function placeOf(
  mask: SliceMask,
  at: {
    readonly path: string;
    readonly row: SliceRow | undefined;
    readonly width: number;
    readonly height: number;
  },
): { readonly box: SliceBox } {
  const { row, width, height } = at;
  if (row !== undefined && mask.width === row.width && mask.height === row.height) {
    const { crop_x: x, crop_y: y, crop_width, crop_height } = row;
    return { box: { x, y, width: crop_width, height: crop_height } };
  }
  if (mask.width === width && mask.height === height) return { box: { x: 0, y: 0, width, height } };
  const converted = row === undefined ? "" : ` or ${row.width} × ${row.height}, as converted`;
  throw new HeparError(
    "geometry.mismatch",
    `expected ${width} × ${height} pixels, as the scan has${converted}; got ${mask.width} × ${mask.height}`,
    { file: at.path, hint: "save masks at the size of the images they were drawn on" },
  );
}

/** A mask on the whole slice. */
function whole(
  { width: fromWidth, height: fromHeight, labels }: SliceMask,
  {
    box,
    width,
    height,
  }: { readonly box: SliceBox; readonly width: number; readonly height: number },
): SliceLabels {
  const resize = { width: fromWidth, height: fromHeight, toWidth: box.width, toHeight: box.height };
  const cut = resizeLabels(labels, resize);
  if (box.width === width && box.height === height) return cut;
  const slice =
    cut instanceof Uint8Array ? new Uint8Array(width * height) : new Uint16Array(width * height);
  for (let y = 0; y < box.height; y++) {
    slice.set(cut.subarray(y * box.width, (y + 1) * box.width), box.x + width * (box.y + y));
  }
  return slice;
}

const missing = (folder: string, k: number): HeparError =>
  new HeparError("input.missing", `slice ${k} has no PNG`, {
    file: folder,
    hint: "put it back, or convert the cohort again",
  });
