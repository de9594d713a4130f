import { toHeparError } from "../core/index.ts";
import { readCtSlices, readLabelSlices } from "../volume/index.node.ts";
import {
  type Affine,
  type AxisCodes,
  axisCodes,
  type CtVolume,
  crop,
  cropGrid,
  type Grid,
  type LabelArray,
  reorient,
  reorientGrid,
  requireSameShape,
  type Voxels,
  zerosLike,
} from "../volume/index.ts";
import { type SliceOrientation, sliceCodes } from "./orientation.ts";
import { requirePngLabels } from "./png-labels.ts";

/** A case's files, and how slices are cut from them: plain data, which threads can be given. */
export interface CaseFiles {
  readonly scan: string;
  readonly mask: string | null;
  /** The scan's grid as it is in its file; the mask lies on it voxel by voxel. */
  readonly stored: Grid;
  /** The same, turned for slicing. */
  readonly turned: Grid;
  readonly codes: AxisCodes;
  /**
   * The stored axis that slices are cut across. Where it is the last, a slice is in one piece in the
   * file; else each is gathered from the whole file.
   */
  readonly across: number;
  /** Whether one of them can be read only from its start. */
  readonly packed: boolean;
}

/** A slice of a case, turned: rows from the front of the patient, as `sliceCodes` says. */
export interface CaseSlice {
  readonly k: number;
  /** [height, width] */
  readonly hu: CtVolume["voxels"];
  /** [height, width]; null without a mask. */
  readonly labels: LabelArray | null;
}

/**
 * Looks at a case's headers.
 *
 * @throws as `readNiftiHeader`; `geometry.mismatch` when the mask has another shape than its scan
 */
export async function openCase(
  paths: { readonly scan: string; readonly mask: string | null },
  orientation: SliceOrientation,
): Promise<CaseFiles> {
  const scan = await readCtSlices(paths.scan);
  const mask = paths.mask === null ? null : await readLabelSlices(paths.mask);
  const { dims, affine, affineFrom } = scan.header;
  const stored = { dims, affine, affineFrom };
  try {
    if (mask !== null) requireSameShape(stored, mask.header);
  } catch (thrown) {
    throw paths.mask === null ? thrown : toHeparError(thrown).inFile(paths.mask);
  }
  const codes = sliceCodes(stored, orientation);
  const turned = reorientGrid(stored, codes);
  return {
    ...paths,
    ...{ stored, turned, codes },
    across: axisAcross(affine, codes),
    packed: scan.packed || (mask?.packed ?? false),
  };
}

/** The axis along which slices follow each other. */
function axisAcross(affine: Affine, codes: AxisCodes): number {
  const pairs = ["RL", "AP", "SI"];
  const pair = pairs.find((letters) => letters.includes(codes[2])) ?? "";
  return [...axisCodes(affine)].findIndex((letter) => pair.includes(letter));
}

/**
 * Slices `from` up to `to` of a case, each once, in the order in which they are stored.
 *
 * Memory is that of one slice. Where a slice is not in one piece in the file (`across` is not 2), it
 * is that of all that are asked for, twice, and the whole file is read.
 *
 * @throws as `readCtSlices` and `readLabelSlices`; `labels.value` for a label that no PNG holds
 */
export async function* caseSlices(
  files: CaseFiles,
  range: { readonly from: number; readonly to: number },
): AsyncGenerator<CaseSlice> {
  const { stored, turned, across, codes } = files;
  const isFlipped = axisCodes(stored.affine)[across] !== codes[2];
  const depth = turned.dims[2];
  const { from, to } = isFlipped ? { from: depth - range.to, to: depth - range.from } : range;
  const numberOf = (k: number): number => (isFlipped ? depth - 1 - k : k);
  if (across === 2) {
    for await (const { k, hu, labels } of storedSlices(files, { from, to })) {
      const layer = { ...stored, dims: [stored.dims[0], stored.dims[1], 1] } as const;
      const turn = <V extends Voxels>(voxels: V): V => reorient({ ...layer, voxels }, codes).voxels;
      yield { k: numberOf(k), hu: turn(hu), labels: labels === null ? null : turn(labels) };
    }
    return;
  }
  const slab = await gather(files, { from, to });
  const pixels = turned.dims[0] * turned.dims[1];
  for (let n = 0; n < to - from; n++) {
    const cut = <V extends Voxels>(voxels: V): V =>
      voxels.subarray(n * pixels, (n + 1) * pixels) as V; // a part of the same array
    yield {
      k: range.from + n,
      hu: cut(slab.hu),
      labels: slab.labels === null ? null : cut(slab.labels),
    };
  }
}

/** Slices as they are stored, scan and mask side by side. */
async function* storedSlices(
  { scan, mask }: CaseFiles,
  range: { readonly from: number; readonly to: number },
): AsyncGenerator<CaseSlice> {
  const masks = mask === null ? null : (await readLabelSlices(mask)).between(range);
  try {
    for await (const { k, voxels } of (await readCtSlices(scan)).between(range)) {
      const labels = masks === null ? null : (await masks.next()).value.voxels;
      if (mask !== null && labels !== null) requirePngLabels(labels, mask);
      yield { k, hu: voxels, labels };
    }
    // A gzip file says only at its end whether it was whole.
    if (masks !== null) await masks.next();
  } finally {
    await masks?.return(undefined);
  }
}

/**
 * A slab of a scan whose slices lie across another axis than the last, turned: of every stored slice
 * the part that belongs to it.
 *
 * @param range - along the stored axis
 */
async function gather(
  files: CaseFiles,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Omit<CaseSlice, "k">> {
  const { stored, across, codes, mask } = files;
  const [width, height, depth] = stored.dims;
  const box =
    across === 0
      ? ({ low: [from, 0, 0], high: [to, height, 1] } as const)
      : ({ low: [0, from, 0], high: [width, to, 1] } as const);
  const { dims } = cropGrid(stored, box);
  const pixels = dims[0] * dims[1];
  const layer = { ...stored, dims: [width, height, 1] } as const;
  const slab = { ...stored, dims: [dims[0], dims[1], depth] } as const;
  let hu: CtVolume["voxels"] = new Int16Array(pixels * depth);
  let labels: LabelArray = new Uint8Array(mask === null ? 0 : pixels * depth);
  for await (const slice of storedSlices(files, { from: 0, to: depth })) {
    const part = crop({ kind: "ct", ...layer, voxels: slice.hu }, box).voxels;
    hu = asWideAs(part, hu);
    hu.set(part, slice.k * pixels);
    if (slice.labels === null) continue;
    const cut = crop({ kind: "labels", ...layer, voxels: slice.labels }, box).voxels;
    labels = asWideAs(cut, labels);
    labels.set(cut, slice.k * pixels);
  }
  return {
    hu: reorient({ ...slab, voxels: hu }, codes).voxels,
    labels: mask === null ? null : reorient({ ...slab, voxels: labels }, codes).voxels,
  };
}

/** The voxels, in an array of the part's type if that is wider. */
function asWideAs<V extends Voxels>(part: V, voxels: V): V {
  if (part.BYTES_PER_ELEMENT <= voxels.BYTES_PER_ELEMENT) return voxels;
  const wider = zerosLike(part, voxels.length);
  wider.set(voxels);
  return wider;
}
