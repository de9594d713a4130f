import { type CtVolume, type LabelVolume, voxelCount } from "../volume.ts";
import type { NiftiHeader } from "./header.ts";
import { huKind, labelKind, type VoxelKind } from "./nifti.ts";
import { type OpenNifti, withNifti } from "./open.node.ts";
import { readAllVoxels, readSlices, requireHonest, requireMemory } from "./voxels.node.ts";

/**
 * Only the header: quick, however large the file, of which at most 16 KiB are read and inflated.
 *
 * @param path - `.nii`, `.nii.gz`, or either name of a pair (`.hdr`, `.img`, also gzipped)
 * @throws `input.missing` (also when a pair's other half is not there), `input.unreadable`,
 * `nifti.*`, `geometry.singular`; the error names the file
 */
export function readNiftiHeader(path: string): Promise<NiftiHeader> {
  return withNifti(path, async ({ header }) => header);
}

/** A scan with its header, in HU. Throws as `readNiftiHeader`, and `nifti.value`. */
export function readCt(path: string): Promise<{ scan: CtVolume; header: NiftiHeader }> {
  return withNifti(path, async (nifti) => {
    const { header, voxels } = await readWhole(nifti, huKind);
    const { dims, affine, affineFrom } = header;
    return { scan: { kind: "ct", dims, affine, affineFrom, voxels }, header };
  });
}

/** A mask. Throws as `readNiftiHeader`, and `labels.value`. */
export function readLabels(path: string): Promise<LabelVolume> {
  return withNifti(path, async (nifti) => {
    const { header, voxels } = await readWhole(nifti, labelKind);
    const { dims, affine, affineFrom } = header;
    return { kind: "labels", dims, affine, affineFrom, voxels };
  });
}

/** All voxels in one array: the file's own bytes where they are the values, else slice by slice. */
async function readWhole<Voxels extends CtVolume["voxels"] | LabelVolume["voxels"]>(
  nifti: OpenNifti,
  kind: VoxelKind<Voxels>,
): Promise<{ header: NiftiHeader; voxels: Voxels }> {
  if (!kind.inPlace(nifti.header)) return gather(nifti, kind);
  const { header, bytes } = await readAllVoxels(nifti);
  return { header, voxels: kind.convert(header, bytes, 0) };
}

/**
 * The slices, converted, in one array of the widest type among them. Converting goes on while the
 * next piece is inflated, and the file's own type, which may be wide, is never held whole.
 */
async function gather<Voxels extends CtVolume["voxels"] | LabelVolume["voxels"]>(
  nifti: OpenNifti,
  { convert, check, arrays }: VoxelKind<Voxels>,
): Promise<{ header: NiftiHeader; voxels: Voxels }> {
  const count = voxelCount(nifti.header);
  requireHonest(nifti);
  requireMemory(nifti.header, count * Math.min(nifti.header.bytesPerVoxel, 4));
  let width = 0;
  let voxels = new arrays[width](count);
  let filled = 0;
  const slices = readSlices(nifti);
  try {
    let step = await slices.next();
    for (let k = 0; step.done !== true; k++, step = await slices.next()) {
      const slice = convert(nifti.header, step.value, k);
      const needed = arrays.findIndex((array) => slice instanceof array);
      if (needed > width) {
        const before = voxels.subarray(0, filled);
        width = needed;
        voxels = new arrays[width](count);
        voxels.set(before);
      }
      voxels.set(slice, filled);
      filled += slice.length;
    }
    check(voxels, nifti.header, 0);
    return { header: step.value, voxels };
  } finally {
    await slices.return(nifti.header);
  }
}
