import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile, open, realpath, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { writeAtomically } from "../files/index.node.ts";
import {
  readCtSlices,
  readLabelSlices,
  readNiftiHeader,
  writeNiftiSlices,
} from "../volume/index.node.ts";
import { type NiftiHeader, requireSameGrid } from "../volume/index.ts";
import type { LabelMap } from "./nnunet.ts";

const chunkSize = 1 << 20;

/** How a file came into the data set. */
export type Transfer = "linked" | "copied" | "compressed" | "rewritten";

/** What became of a case's files. */
export interface NnunetCase {
  readonly image: Transfer;
  /** null without a mask. */
  readonly mask: Transfer | null;
  /** Whether the mask got the scan's geometry, from which its own differed by rounding. */
  readonly realigned: boolean;
}

/** Where nnU-Net looks for a case: relative to the data set's folder. */
export const nnunetFiles = (identifier: string, { mask }: { readonly mask: boolean }) => ({
  image: `${mask ? "imagesTr" : "imagesTs"}/${identifier}_0000.nii.gz`,
  mask: mask ? `labelsTr/${identifier}.nii.gz` : null,
});

/**
 * Puts a scan and its mask into a raw data set: as they are, gzipped if they were not; voxels stay
 * what they are. A mask whose header differs from the scan's, or whose labels are to be mapped, is
 * written anew with the scan's geometry.
 *
 * @param options.folder - the data set's
 * @param options.link - symbolic links in place of copies, where nothing has to change
 * @throws what reading throws; `geometry.mismatch` when the mask is of another grid;
 *   `output.full`, `output.unwritable`
 */
export async function writeNnunetCase(
  files: { readonly scan: string; readonly mask: string | null },
  options: {
    readonly folder: string;
    readonly identifier: string;
    readonly link: boolean;
    readonly map: LabelMap;
  },
): Promise<NnunetCase> {
  const { folder, identifier, link, map } = options;
  const names = nnunetFiles(identifier, { mask: files.mask !== null });
  const header = await readNiftiHeader(files.scan);
  const own = files.mask === null ? null : await readNiftiHeader(files.mask);
  if (own !== null) requireSameGrid(header, own, { what: "mask" });
  const image = isWhole(header)
    ? await passOn(files.scan, join(folder, names.image), link)
    : await rewriteScan(files.scan, join(folder, names.image));
  if (files.mask === null || names.mask === null || own === null) {
    return { image, mask: null, realigned: false };
  }
  const out = join(folder, names.mask);
  const realigned = !hasGeometryOf(header, own);
  if (realigned || map.size > 0 || !isWhole(own)) {
    await rewriteMask(files.mask, out, { header, map });
    return { image, mask: "rewritten", realigned };
  }
  return { image, mask: await passOn(files.mask, out, link), realigned };
}

/** One file, which other programs read as hepar does. */
const isWhole = ({ pair, littleEndian, version }: NiftiHeader): boolean =>
  !pair && littleEndian && version === 1;

const hasGeometryOf = (scan: NiftiHeader, mask: NiftiHeader): boolean =>
  JSON.stringify(numbersOf(scan)) === JSON.stringify(numbersOf(mask));

/** The geometry fields that any reader may look at. */
const numbersOf = ({ geometry }: NiftiHeader): unknown => {
  const { pixdim, units, qformCode, sformCode, quaternion, sform } = geometry;
  const lengths = units & 7;
  return [pixdim.slice(0, 4), lengths, qformCode > 0, sformCode > 0, quaternion, sform];
};

async function passOn(source: string, target: string, link: boolean): Promise<Transfer> {
  if (!(await isGzip(source))) {
    await writeAtomically(target, (temporary) =>
      pipeline(
        createReadStream(source, { highWaterMark: chunkSize }),
        createGzip({ level: 3, chunkSize }),
        createWriteStream(temporary),
      ),
    );
    return "compressed";
  }
  if (link) {
    const real = await realpath(source);
    await writeAtomically(target, async (temporary) => {
      await rm(temporary, { force: true });
      await symlink(real, temporary);
    });
    return "linked";
  }
  // A copy that shares its blocks where the file system can.
  await writeAtomically(target, (temporary) =>
    copyFile(source, temporary, constants.COPYFILE_FICLONE),
  );
  return "copied";
}

/** By its first bytes: names may lie. */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2), position: 0 });
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function rewriteScan(source: string, target: string): Promise<Transfer> {
  const { header, passing } = await readCtSlices(source);
  const { geometry } = header;
  await writeNiftiSlices(target, voxelsOf(passing), { grid: header, geometry, type: "float32" });
  return "rewritten";
}

async function rewriteMask(
  source: string,
  target: string,
  { header, map }: { readonly header: NiftiHeader; readonly map: LabelMap },
): Promise<void> {
  const { passing } = await readLabelSlices(source);
  const mapped = async function* () {
    for await (const { voxels } of passing) {
      yield map.size === 0 ? voxels : Int32Array.from(voxels, (label) => map.get(label) ?? label);
    }
  };
  // Without gaps, as nnU-Net wants them, labels are few.
  const { geometry } = header;
  await writeNiftiSlices(target, mapped(), { grid: header, geometry, type: "uint8" });
}

async function* voxelsOf<Voxels>(
  slices: AsyncIterable<{ readonly voxels: Voxels }>,
): AsyncGenerator<Voxels> {
  for await (const { voxels } of slices) yield voxels;
}
