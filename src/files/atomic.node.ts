import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HeparError } from "../core/index.ts";

/** A system's refusal to write, said so that a person can act on it; anything else unchanged. */
export function writeError(thrown: unknown, path: string): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new HeparError("output.full", `no space left while writing ${path}`, {
      file: path,
      hint: "free some space and give the same command again: what is done is kept",
      cause: thrown,
    });
  }
  if (code === "EACCES" || code === "EROFS" || code === "EPERM" || code === "ENOTDIR") {
    return new HeparError("output.unwritable", `cannot write ${path} (${code})`, {
      file: path,
      hint: "choose a folder that you may write to",
      cause: thrown,
    });
  }
  return thrown;
}

/**
 * Writes a file whole or not at all: under a temporary name beside it, then renamed.
 *
 * @param write - the content, or a function that writes it to the temporary path it is given
 * @throws `output.full`, `output.unwritable`; the temporary file is removed
 */
export async function writeAtomically(
  path: string,
  write: string | Uint8Array | ((temporaryPath: string) => Promise<unknown>),
): Promise<void> {
  const folder = dirname(path);
  // The ending is kept, since some encoders choose their format by it.
  const temporary = join(folder, `.tmp-${randomBytes(6).toString("hex")}-${basename(path)}`);
  try {
    await mkdir(folder, { recursive: true });
    if (typeof write === "function") await write(temporary);
    else await writeFile(temporary, write);
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true, recursive: true }).catch(() => {});
    throw writeError(thrown, path);
  }
}
