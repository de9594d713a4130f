import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { HeparError } from "../../core/index.ts";
import { voxelCount } from "../volume.ts";
import { type NiftiHeader, type NiftiWarning, parseNiftiHeader } from "./header.ts";
import { named, openSource, type Source, startOf } from "./source.node.ts";

/** An open NIfTI file. */
export interface OpenNifti {
  readonly header: NiftiHeader;
  /** The file that holds the voxels: the same as the header's, or the `.img` beside it. */
  readonly source: Source;
}

/** Opens a NIfTI file, or a pair by either name, for as long as `use` takes. */
export async function withNifti<Result>(
  path: string,
  use: (nifti: OpenNifti) => Promise<Result>,
): Promise<Result> {
  const nifti = await openNifti(path);
  try {
    return await named(nifti.source.path, () => use(nifti));
  } finally {
    await nifti.source.file.close();
  }
}

/**
 * Opens a NIfTI file, or a pair by either name; whoever does closes its source.
 *
 * @throws `input.missing` when there is no such file or a pair's partner is not there; all that
 * `parseNiftiHeader` throws; the error names the file at fault
 */
export async function openNifti(path: string): Promise<OpenNifti> {
  const source = await openSource(await headerPathOf(path));
  let header: NiftiHeader;
  try {
    header = await named(source.path, () => readHeader(source));
  } catch (thrown) {
    await source.file.close();
    throw thrown;
  }
  if (!header.pair) return { header: withRest(header, source), source };
  await source.file.close();
  const voxels = await openSource(await voxelsPathOf(source.path));
  return { header: withRest(header, voxels), source: voxels };
}

async function readHeader(source: Source): Promise<NiftiHeader> {
  try {
    return parseNiftiHeader(await startOf(source));
  } catch (thrown) {
    throw source.gzip || !/\.gz$/i.test(source.path) ? thrown : notGzip(thrown);
  }
}

/** A file named .gz that is neither gzip nor NIfTI: say the first, which explains the second. */
function notGzip(thrown: unknown): unknown {
  if (!(thrown instanceof HeparError) || thrown.code !== "nifti.header") return thrown;
  const message = `the name ends in .gz, but it is no gzip: ${thrown.message}`;
  return new HeparError("nifti.gzip", message, { hint: "copy the file again", cause: thrown });
}

const headerName = /\.hdr(\.gz)?$/i;
const voxelsName = /\.img(\.gz)?$/i;

/** The file with the header: the `.hdr` beside an `.img`, else the file itself. */
async function headerPathOf(path: string): Promise<string> {
  if (!voxelsName.test(path)) return path;
  await named(path, () => stat(path));
  return partner(path, { ending: ["hdr", "HDR"], role: "its header" });
}

async function voxelsPathOf(path: string): Promise<string> {
  if (headerName.test(path)) return partner(path, { ending: ["img", "IMG"], role: "its voxels" });
  throw new HeparError(
    "nifti.header",
    "the magic says that the voxels are in a separate .img file, but the name does not end in .hdr",
    { hint: "give the .hdr, with its .img beside it", file: path },
  );
}

/** The other file of a pair, gzipped or not, its ending in letters of the same case. */
async function partner(
  path: string,
  { ending, role }: { readonly ending: readonly [string, string]; readonly role: string },
): Promise<string> {
  const [, stem, own, gz = ""] = /^(.*\.)(hdr|img)(\.gz)?$/is.exec(path) ?? [];
  const upper = own === own.toUpperCase();
  const plain = stem + ending[upper ? 1 : 0];
  const packed = plain + (gz || (upper ? ".GZ" : ".gz"));
  const candidates = gz === "" ? [plain, packed] : [packed, plain];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found !== undefined) return candidate;
  }
  const names = candidates.map((candidate) => basename(candidate)).join(" nor ");
  throw new HeparError(
    "input.missing",
    `${basename(path)} is half of a pair: ${role} should be beside it, but neither ${names} is there`,
    { hint: "copy both files of the pair into one folder", file: path },
  );
}

/** The header, with a warning about what a plain file holds beyond its voxels. */
function withRest(header: NiftiHeader, { gzip, size }: Source): NiftiHeader {
  const rest = gzip ? 0 : size - header.voxelOffset - voxelCount(header) * header.bytesPerVoxel;
  return withTrailing(header, rest);
}

/** The header, with a warning when bytes follow the voxels. */
export function withTrailing(header: NiftiHeader, bytes: number): NiftiHeader {
  if (bytes <= 0) return header;
  const { dims, type, voxelOffset, bytesPerVoxel } = header;
  const warning: NiftiWarning = {
    code: "trailing-bytes",
    field: `byte ${voxelOffset + voxelCount(header) * bytesPerVoxel}`,
    found: `${bytes} bytes`,
    message: `Bytes follow the voxels of ${dims.join(" × ")} ${type}: they were ignored.`,
    hint: "if slices seem to be missing, the header's dimensions are wrong: export the scan again",
  };
  return { ...header, warnings: [...header.warnings, warning] };
}
