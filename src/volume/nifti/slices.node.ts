import type { CtVolume, LabelArray } from "../volume.ts";
import type { NiftiHeader } from "./header.ts";
import { huKind, labelKind, type VoxelKind } from "./nifti.ts";
import { openNifti, withNifti } from "./open.node.ts";
import { readError } from "./source.node.ts";
import { readSlices, type SliceRange } from "./voxels.node.ts";

/** A slice across axis k as it is stored, not as the patient lies. */
export interface Slice<Voxels> {
  readonly k: number;
  /** [i, j], i fastest; an array of its own. */
  readonly voxels: Voxels;
}

/** A file's header, and its slices whenever they are asked for. */
export interface SliceReader<Voxels> {
  readonly header: NiftiHeader;
  /** Whether it is a gzip file, whose slices can be had only one after the other, from the first. */
  readonly packed: boolean;
  /** k = 0, 1, …; each `for await` reads the file once, slice by slice, and closes it. */
  readonly slices: AsyncIterable<Slice<Voxels>>;
  /**
   * The same, but quicker, for slices that are looked at and not kept: their memory is used again
   * when the next but one is asked for.
   */
  readonly passing: AsyncIterable<Slice<Voxels>>;
  /** Some of the slices: a plain file is read there only, a gzip file from its start. */
  between(range: SliceRange): AsyncGenerator<Slice<Voxels>>;
}

/**
 * A scan's slices in HU, one after the other, in the memory of one slice. Each is Int16 when all its
 * values are whole numbers that Int16 holds, else Float32.
 *
 * A gzip file's checksum comes last: what is made of the slices is to be kept only when the loop
 * ends without an error.
 *
 * @throws as `readNiftiHeader`; the slices also `nifti.truncated`, `nifti.gzip`, `nifti.value`
 */
export const readCtSlices = (path: string): Promise<SliceReader<CtVolume["voxels"]>> =>
  readerOf(path, huKind);

/**
 * A mask's slices, one after the other, in the memory of one slice; each in the smallest array that
 * holds its labels. A gzip file's checksum comes last, as with `readCtSlices`.
 *
 * @throws as `readNiftiHeader`; the slices also `nifti.truncated`, `nifti.gzip`, `labels.value`
 */
export const readLabelSlices = (path: string): Promise<SliceReader<LabelArray>> =>
  readerOf(path, labelKind);

async function readerOf<Voxels>(
  path: string,
  kind: VoxelKind<Voxels>,
): Promise<SliceReader<Voxels>> {
  const { header, packed } = await withNifti(path, async ({ header, source }) => ({
    header,
    packed: source.gzip,
  }));
  const between = (range: SliceRange) => slicesOf(path, { kind, range });
  const all = { from: 0, to: header.dims[2] };
  return {
    header,
    packed,
    between,
    slices: { [Symbol.asyncIterator]: () => between(all) },
    passing: { [Symbol.asyncIterator]: () => slicesOf(path, { kind, range: all, passing: true }) },
  };
}

async function* slicesOf<Voxels>(
  path: string,
  {
    kind,
    range,
    passing = false,
  }: {
    readonly kind: VoxelKind<Voxels>;
    readonly range: SliceRange;
    readonly passing?: boolean;
  },
): AsyncGenerator<Slice<Voxels>> {
  const nifti = await openNifti(path);
  const { convert, check } = kind;
  try {
    let k = range.from;
    for await (const bytes of readSlices(nifti, { ...range, passing })) {
      const voxels = convert(nifti.header, bytes, k);
      check(voxels, nifti.header, k);
      yield { k, voxels };
      k++;
    }
  } catch (thrown) {
    throw readError(thrown).inFile(nifti.source.path);
  } finally {
    await nifti.source.file.close();
  }
}
