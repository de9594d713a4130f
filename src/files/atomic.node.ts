import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { HeparError } from "../core/index.ts";
import { makeFolder } from "./folder.node.ts";

/** What the system's codes for "you cannot write here" mean. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a file stands where a folder should be",
  EISDIR: "a folder stands where the file should be",
  ENOTEMPTY: "a folder stands where the file should be",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "the path is a loop of links",
  EIO: "the disk failed",
  // What systems say where no folder can be made, as in /proc.
  ENOENT: "its folder is not there and cannot be made",
};

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
  const why = refusals[code ?? ""];
  if (why !== undefined) {
    return new HeparError("output.unwritable", `cannot write ${path}: ${why} (${code})`, {
      file: path,
      hint: "choose a folder that you may write to, and a name that is free",
      cause: thrown,
    });
  }
  return thrown;
}

/** How every name begins that stands for something unfinished; whoever finds one may remove it. */
export const temporaryPrefix = ".tmp-";

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
  // The ending is kept, since some encoders choose their format by it; the rest of the name is not,
  // so that the temporary name is no longer than the system allows.
  const ending = extname(path).slice(0, 16);
  const temporary = join(folder, `${temporaryPrefix}${randomBytes(8).toString("hex")}${ending}`);
  try {
    await makeFolder(folder);
    if (typeof write === "function") await write(temporary);
    else await writeFile(temporary, write);
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true, recursive: true }).catch(() => {});
    throw writeError(thrown, path);
  }
}

/**
 * Writes folders whole or not at all: their files into drafts beside them, which then take the place
 * of the old folders, one after the other. What a killed run left in a draft is thrown away first.
 *
 * @param paths - the folders; the last one to appear says that all are there
 * @param write - gets the drafts' paths in the same order; a draft that it removes leaves no folder
 * @throws `output.full`, `output.unwritable`; the drafts are removed
 */
export async function writeFoldersAtomically<Result>(
  paths: readonly string[],
  write: (drafts: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const drafts = paths.map((path) => join(dirname(path), `${temporaryPrefix}${basename(path)}`));
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
  try {
    for (const draft of drafts) {
      await remove(draft);
      await makeFolder(draft);
    }
    const result = await write(drafts);
    // From the last to the first, so that what is left by a stop here never looks whole.
    for (const path of paths.toReversed()) await remove(path);
    for (const [index, path] of paths.entries()) await renameIfThere(drafts[index], path);
    return result;
  } catch (thrown) {
    await Promise.all(drafts.map(remove)).catch(() => {});
    throw writeError(thrown, paths[0]);
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
  }
}
