import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { byNaturalOrder } from "../core/index.ts";

export interface WalkedFile {
  readonly path: string;
  /** Where it really lies, when links were followed. */
  readonly realPath: string;
}

export interface Walk {
  /** In natural order, folder by folder. */
  readonly files: readonly WalkedFile[];
  /** Sentences about what could not be looked into. */
  readonly warnings: readonly string[];
}

/** Folders in which hepar keeps what it made, beside a `catalog.parquet`. */
const madeByHepar = new Set(["slices", "models", "predictions", "evaluation", "report", "runs"]);

/**
 * The files below a folder. Links are followed, but no folder is walked twice; hidden files and
 * folders, and those that hepar filled in a cohort folder, are left out. What cannot be read is a
 * warning, and the rest is found all the same.
 */
export async function filesBelow(
  root: string,
  { deep = true }: { readonly deep?: boolean } = {},
): Promise<Walk> {
  const files: WalkedFile[] = [];
  const warnings: string[] = [];
  const walked = new Set<string>();
  // A list, not recursion: nesting may be as deep as the disk allows.
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = await entriesOf(folder, walked, warnings);
    const inCohort = entries.some(({ name }) => name === "catalog.parquet");
    const below: string[] = [];
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      const kind = await kindOf(entry, path);
      if (kind === "broken link") warnings.push(`link that leads nowhere, left out: ${path}`);
      else if (kind === "other") warnings.push(`device or pipe, left out: ${path}`);
      else if (kind === "file") files.push({ path, realPath: await realpath(path) });
      else if (kind === "folder" && deep && !(inCohort && madeByHepar.has(entry.name))) {
        below.push(path);
      }
    }
    waiting.push(...below.reverse());
  }
  return { files, warnings };
}

/** A folder's entries in natural order; none when it was walked already or cannot be read. */
async function entriesOf(
  folder: string,
  walked: Set<string>,
  warnings: string[],
): Promise<Dirent[]> {
  try {
    const real = await realpath(folder);
    if (walked.has(real)) return [];
    walked.add(real);
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => byNaturalOrder(a.name, b.name));
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    warnings.push(`folder that cannot be read, left out: ${folder} (${code ?? String(thrown)})`);
    return [];
  }
}

async function kindOf(
  entry: Dirent,
  path: string,
): Promise<"file" | "folder" | "broken link" | "other"> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return "other";
  const target = await stat(path).catch(() => undefined);
  if (target === undefined) return "broken link";
  return target.isFile() ? "file" : target.isDirectory() ? "folder" : "other";
}
