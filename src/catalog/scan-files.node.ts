import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sha256OfBytes, sha256OfFile } from "../files/index.node.ts";
import { headerNamesOf, isVoxelsName, voxelsNamesOf } from "./naming.ts";

/** The files of one scan or mask: itself, and where it is one of a pair (`.hdr`, `.img`) the other. */
export async function filesOfScan(path: string): Promise<readonly string[]> {
  const name = basename(path);
  const others = isVoxelsName(name) ? headerNamesOf(name) : voxelsNamesOf(name);
  for (const other of others) {
    const beside = join(dirname(path), other);
    if ((await stat(beside).catch(() => undefined)) !== undefined) return [path, beside];
  }
  return [path];
}

/**
 * SHA-256, in hex, of a scan's or a mask's file; of a pair, that of the two files' hashes.
 *
 * @throws `input.unreadable` when a file cannot be read
 */
export async function sha256OfScan(path: string): Promise<string> {
  const hashes = await Promise.all((await filesOfScan(path)).map(sha256OfFile));
  return hashes.length === 1 ? hashes[0] : sha256OfBytes(...hashes);
}
