import type { CatalogRow } from "../catalog/index.ts";
import { toHeparError } from "../core/index.ts";
import { readCtSlices, readLabelSlices } from "../volume/index.node.ts";
import { axisCodes, type Grid, requireSameShape } from "../volume/index.ts";
import { type SliceOrientation, sliceCodes } from "./orientation.ts";

/**
 * @file A case's slices, turned plainly: each voxel is put where the affine says that it lies. The
 * conversion's own way is `caseSlices`; what checks a fast way must not be the same way.
 */

/** A slice of a case: rows from the front of the patient, as `sliceCodes` says. */
export interface TurnedSlice {
  readonly k: number;
  /** [height, width] */
  readonly hu: Float32Array;
  /** [height, width]; null without a mask. */
  readonly labels: Int32Array | null;
}

/** A case whose slices can be read, more than once. */
export interface TurnedCase {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /**
   * Every slice once, neighbours one after the other, from either end. Memory is that of a slice, or
   * of a slab of 64 MB where slices lie across the file.
   */
  slices(): AsyncGenerator<TurnedSlice>;
}

/** A direction of the slices, and where it lies in the file. */
interface Line {
  /** The stored axis. */
  readonly axis: number;
  readonly length: number;
  /** Whether it runs against the stored axis. */
  readonly flipped: boolean;
}

interface Source {
  readonly scan: string;
  readonly mask: string | null;
  readonly columns: Line;
  readonly rows: Line;
  readonly slices: Line;
}

/** @throws as `readCtSlices` and `readLabelSlices`; `geometry.mismatch` for a mask of another shape */
export async function openTurned(
  row: Pick<CatalogRow, "scan_source" | "mask_source">,
  orientation: SliceOrientation,
): Promise<TurnedCase> {
  const { scan_source: scan, mask_source: mask } = row;
  const { header } = await readCtSlices(scan);
  if (mask !== null) {
    try {
      requireSameShape(header, (await readLabelSlices(mask)).header);
    } catch (thrown) {
      throw toHeparError(thrown).inFile(mask);
    }
  }
  const [columns, rows, slices] = linesOf(header, orientation);
  const source = { scan, mask, columns, rows, slices };
  return {
    ...{ width: columns.length, height: rows.length, depth: slices.length },
    slices: () => turnedSlices(source),
  };
}

function linesOf(stored: Grid, orientation: SliceOrientation): Line[] {
  const pairs = ["RL", "AP", "SI"];
  const own = [...axisCodes(stored.affine)];
  return [...sliceCodes(stored, orientation)].map((letter) => {
    const pair = pairs.find((letters) => letters.includes(letter)) ?? "";
    const axis = own.findIndex((code) => pair.includes(code));
    return { axis, length: stored.dims[axis], flipped: own[axis] !== letter };
  });
}

/** Voxels of turned slices that are held at once where each of them lies in all of the file. */
const slabVoxels = 2 ** 23;

async function* turnedSlices(source: Source): AsyncGenerator<TurnedSlice> {
  const { columns, rows, slices } = source;
  if (slices.axis === 2) {
    for await (const layer of layersOf(source)) {
      const [slice] = emptySlices(source, { from: layer.at, to: layer.at + 1 });
      scatter(layer, { source, slab: [slice], from: layer.at });
      yield slice;
    }
    return;
  }
  const atOnce = Math.max(1, Math.floor(slabVoxels / (columns.length * rows.length)));
  for (let from = 0; from < slices.length; from += atOnce) {
    const slab = emptySlices(source, { from, to: Math.min(slices.length, from + atOnce) });
    for await (const layer of layersOf(source)) scatter(layer, { source, slab, from });
    yield* slab;
  }
}

/** What the file holds in one piece: all voxels with the same place along its last axis. */
interface Layer {
  readonly at: number;
  /** Voxels in a row of it. */
  readonly width: number;
  readonly hu: ArrayLike<number>;
  readonly labels: ArrayLike<number> | null;
}

async function* layersOf({ scan, mask }: Source): AsyncGenerator<Layer> {
  const { header, slices } = await readCtSlices(scan);
  const masks = mask === null ? null : (await readLabelSlices(mask)).slices[Symbol.asyncIterator]();
  try {
    for await (const { k, voxels } of slices) {
      const labels = masks === null ? null : (await masks.next()).value.voxels;
      yield { at: k, width: header.dims[0], hu: voxels, labels };
    }
    // A gzip file says only at its end whether it was whole.
    if (masks !== null) await masks.next();
  } finally {
    await masks?.return?.();
  }
}

/** Slices from a place up to another along the stored axis, still without voxels. */
function emptySlices(
  { columns, rows, slices, mask }: Source,
  { from, to }: { readonly from: number; readonly to: number },
): TurnedSlice[] {
  const pixels = columns.length * rows.length;
  return Array.from({ length: to - from }, (_, n) => ({
    k: placeOn(slices, from + n),
    hu: new Float32Array(pixels), // holds every Int16 exactly
    labels: mask === null ? null : new Int32Array(pixels),
  }));
}

/** Puts the layer's voxels where they lie on the slices of a slab. */
function scatter(
  layer: Layer,
  to: {
    readonly source: Source;
    readonly slab: readonly TurnedSlice[];
    /** Of the slab's first slice, along the stored axis. */
    readonly from: number;
  },
): void {
  const { columns, rows, slices } = to.source;
  const { width, at, hu, labels } = layer;
  const stored = [0, 0, at]; // one array for all voxels, not one each
  for (let voxel = 0; voxel < hu.length; voxel++) {
    stored[0] = voxel % width;
    stored[1] = (voxel - stored[0]) / width;
    const slice = to.slab[stored[slices.axis] - to.from];
    if (slice === undefined) continue;
    const x = placeOn(columns, stored[columns.axis]);
    const y = placeOn(rows, stored[rows.axis]);
    const pixel = y * columns.length + x;
    slice.hu[pixel] = hu[voxel];
    if (slice.labels !== null && labels !== null) slice.labels[pixel] = labels[voxel];
  }
}

const placeOn = ({ length, flipped }: Line, stored: number): number =>
  flipped ? length - 1 - stored : stored;
