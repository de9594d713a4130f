import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { byNaturalOrder, HeparError } from "../core/index.ts";
import { caseNameOf, isNiftiName, namesLookedFor, readName } from "./naming.ts";
import { filesBelow, type WalkedFile } from "./walk.node.ts";

/** A scan with its mask, found but not yet opened. */
export interface FoundCase {
  /** The scan's name without ending: `volume-0`. */
  readonly case: string;
  /** Absolute. */
  readonly scanPath: string;
  /** Absolute; null when there is none. */
  readonly maskPath: string | null;
  /** Whose scan it is, where names or a table say so; else each case is a patient of its own. */
  readonly patient?: string;
  /** Which of the patient's visits, where names or a table say so. */
  readonly visit?: string;
}

export interface FoundCases {
  /** In natural order of their names: volume-2 before volume-10. */
  readonly cases: readonly FoundCase[];
  /** Sentences: folders that could not be read, masks without a scan. */
  readonly warnings: readonly string[];
}

/**
 * Every scan below a folder, at any depth, with its mask. The two need not lie in one folder: the
 * number in their names pairs them. Hidden files are left out, so are the folders in which hepar
 * itself keeps predictions and slices, and no folder is walked twice, however links run.
 * A file instead of a folder: that scan alone, with the mask beside it if there is one.
 *
 * @throws `input.missing` when there is nothing at that path; `input.unreadable` when it is a file
 *   but not NIfTI; `cohort.no-cases` when no scan is found; `input.ambiguous` when a scan or a mask
 *   is there twice
 */
export async function findCases(dataFolder: string): Promise<FoundCases> {
  const root = resolve(dataFolder);
  const found = await stat(root).catch((cause: unknown) => {
    throw new HeparError("input.missing", `there is no folder ${dataFolder}`, {
      file: dataFolder,
      hint: "check the path: it is the folder that holds the scans",
      cause,
    });
  });
  if (!found.isDirectory()) return oneScan(root);
  const { files, warnings } = await filesBelow(root);
  const { scans, masks } = byKey(files);
  if (scans.size === 0) throw noCases(dataFolder, files, warnings);
  const cases = [...scans].map(([key, { path }]) => ({
    case: caseNameOf(basename(path)),
    scanPath: path,
    maskPath: masks.get(key)?.path ?? null,
  }));
  const lonely = [...masks].filter(([key]) => !scans.has(key)).map(([, { path }]) => path);
  return {
    cases: cases.sort((a, b) => byNaturalOrder(a.case, b.case)),
    warnings: [
      ...warnings,
      ...lonely.sort(byNaturalOrder).map((path) => `mask without a scan, left out: ${path}`),
    ],
  };
}

async function oneScan(path: string): Promise<FoundCases> {
  const name = basename(path);
  if (!isNiftiName(name)) {
    throw new HeparError("input.unreadable", `${path} is neither a folder nor a .nii or .nii.gz`, {
      file: path,
      hint: "give the folder that holds the scans, or one scan",
    });
  }
  const own = readName(name);
  if (own === undefined || own.kind === "mask") {
    return { cases: [{ case: caseNameOf(name), scanPath: path, maskPath: null }], warnings: [] };
  }
  const { files } = await filesBelow(dirname(path), { deep: false });
  const beside = files.filter((file) => {
    const other = readName(basename(file.path));
    return other?.kind === "mask" && other.key === own.key;
  });
  const mask = byKey(beside).masks.get(own.key);
  return {
    cases: [{ case: caseNameOf(name), scanPath: path, maskPath: mask?.path ?? null }],
    warnings: [],
  };
}

/** Scans and masks by what pairs them; links to one file count once. */
function byKey(files: readonly WalkedFile[]): {
  scans: ReadonlyMap<string, WalkedFile>;
  masks: ReadonlyMap<string, WalkedFile>;
} {
  const maps = { scan: new Map<string, WalkedFile>(), mask: new Map<string, WalkedFile>() };
  const twice: string[] = [];
  for (const file of files) {
    const named = readName(basename(file.path));
    if (named === undefined) continue;
    const first = maps[named.kind].get(named.key);
    if (first === undefined) maps[named.kind].set(named.key, file);
    else if (first.realPath !== file.realPath) twice.push(`${first.path} and ${file.path}`);
  }
  if (twice.length > 0) {
    const more = twice.length > 5 ? `; and ${twice.length - 5} more` : "";
    throw new HeparError(
      "input.ambiguous",
      `each number must stand for one scan and one mask, but there are ${twice.slice(0, 5).join("; ")}${more}`,
      { hint: "move the ones that are not meant out of the data folder" },
    );
  }
  return { scans: maps.scan, masks: maps.mask };
}

function noCases(
  folder: string,
  files: readonly WalkedFile[],
  warnings: readonly string[],
): HeparError {
  const names = files.map(({ path }) => basename(path));
  const nifti = names.filter(isNiftiName);
  const shown = nifti.length > 0 ? nifti : names;
  const examples = shown.slice(0, 3).join(", ");
  const saw =
    names.length === 0
      ? "it holds no files"
      : `saw ${names.length} files, ${nifti.length} of them NIfTI, such as ${examples}`;
  return new HeparError(
    "cohort.no-cases",
    `no scans in ${folder}: looked, at any depth, for ${namesLookedFor}; ${[saw, ...warnings.slice(0, 3)].join("; ")}`,
    {
      file: folder,
      hint: `rename the scans (${join("anywhere", "volume-0.nii.gz")}), or give one scan's path`,
    },
  );
}
