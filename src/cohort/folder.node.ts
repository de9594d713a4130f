import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { HeparError } from "../core/index.ts";
import { layout } from "./layout.ts";

/**
 * Makes sure that hepar may write its cohort into a folder: it is new, empty, or a cohort already.
 * Changes nothing.
 *
 * @param options.data - the folder of scans, which must not contain the cohort
 * @returns the cohort folder, absolute
 * @throws `usage.argument` when the folder holds something else, or lies inside the data
 */
export async function requireOwnFolder(
  cohort: string,
  options: { readonly data?: string } = {},
): Promise<string> {
  const folder = resolve(cohort);
  if (options.data !== undefined) await requireOutside(folder, resolve(options.data));
  const kind = await kindOf(folder);
  if (kind === "foreign") {
    throw new HeparError("usage.argument", `${cohort} holds files that are not hepar's`, {
      file: cohort,
      hint: "choose a new or an empty folder with --out; nothing was changed",
    });
  }
  if (kind === "file") {
    throw new HeparError("usage.argument", `${cohort} is a file, not a folder`, {
      file: cohort,
      hint: "choose a folder with --out",
    });
  }
  return folder;
}

/**
 * An existing cohort folder, absolute.
 *
 * @throws `input.missing` when there is none; `cohort.invalid` when it has no catalogue
 */
export async function requireCohort(cohort: string): Promise<string> {
  const folder = resolve(cohort);
  const hint = "make one with: hepar run <data> --out <cohort>";
  const kind = await kindOf(folder);
  if (kind === "absent") {
    throw new HeparError("input.missing", `there is no folder ${cohort}`, { file: cohort, hint });
  }
  if (!(await exists(join(folder, layout.catalog)))) {
    const message = `${cohort} is not a cohort folder: it has no ${layout.catalog}`;
    throw new HeparError("cohort.invalid", message, { file: cohort, hint });
  }
  return folder;
}

/** Whether a file or folder is there. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function kindOf(folder: string): Promise<"absent" | "file" | "empty" | "cohort" | "foreign"> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return "absent";
  if (!found.isDirectory()) return "file";
  const names = await readdir(folder);
  if (names.length === 0) return "empty";
  return names.includes(layout.own) || names.includes(layout.catalog) ? "cohort" : "foreign";
}

// The cohort's own outputs would be found as inputs by the next run.
async function requireOutside(cohort: string, data: string): Promise<void> {
  const way = relative(await realPath(data), await realPath(cohort));
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw new HeparError("usage.argument", `the cohort folder ${cohort} lies inside the data`, {
    file: cohort,
    hint: "choose a folder outside the data with --out, so that outputs are not read as inputs",
  });
}

// Links resolved as far as the path exists.
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPath(parent), basename(path));
  }
}
