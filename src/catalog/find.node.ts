import { stat } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { counted, HeparError } from "../core/index.ts";
import { readDatasets } from "./datasets.node.ts";
import type { Claim, FoundCases } from "./found-case.ts";
import { type LayoutName, layoutNames, layouts } from "./layouts/index.ts";
import {
  caseNameOf,
  endingsLookedFor,
  headerNamesOf,
  isNiftiName,
  isVoxelsName,
  stemOf,
} from "./naming.ts";
import { byKey, listed, paired } from "./pairs.node.ts";
import { filesBelow, type WalkedFile } from "./walk.node.ts";

/**
 * Every scan below a folder, at any depth, with its mask, in whichever of the known layouts the
 * folder is. Hidden files are left out, so are the folders in which hepar itself keeps predictions
 * and slices, and no folder is walked twice, however links run.
 * A file instead of a folder: that scan alone, with the mask beside it if there is one.
 *
 * @param options.layout - only this one; not given: the one that is there
 * @throws `input.missing` when there is nothing at that path; `input.unreadable` when it is a file
 *   but not NIfTI; `cohort.no-cases` when no scan is found; `input.ambiguous` when there is more than
 *   one layout, or a scan or a mask twice, or an image of several channels
 */
export async function findCases(
  dataFolder: string,
  options: { readonly layout?: LayoutName | undefined } = {},
): Promise<FoundCases> {
  const root = resolve(dataFolder);
  const found = await stat(root).catch((cause: unknown) => {
    throw new HeparError("input.missing", `there is no folder ${dataFolder}`, {
      file: dataFolder,
      hint: "check the path: it is the folder that holds the scans",
      cause,
    });
  });
  if (!found.isDirectory()) return oneScan(root);
  const walk = await filesBelow(root);
  const volumes = volumesOf(walk.files);
  const claims = new Map(layoutNames.map((name) => [name, claimsOf(volumes, { root, name })]));
  const layout = options.layout ?? onlyLayout(dataFolder, claims);
  const claimed = (layout === undefined ? undefined : claims.get(layout)) ?? [];
  if (layout === undefined || !hasScans(claimed)) {
    throw noCases(dataFolder, { ...walk, layout: options.layout });
  }
  const { cases, lonely } = paired(claimed);
  const datasets = layouts[layout].describedBy === undefined ? [] : await readDatasets(claimed);
  return {
    cases,
    layout,
    warnings: [
      ...walk.warnings,
      ...lonely.map((path) => `mask without a scan, left out: ${path}`),
      ...leftOut(volumes, { claimed, layout }),
      ...datasets.flatMap((dataset) => dataset.warnings),
    ],
    ...(datasets.length === 1 && datasets[0].declared !== undefined
      ? { declared: datasets[0].declared }
      : {}),
  };
}

async function oneScan(path: string): Promise<FoundCases> {
  const name = basename(path);
  if (!isNiftiName(name)) {
    throw new HeparError("input.unreadable", `${path} is neither a folder nor a NIfTI file`, {
      file: path,
      hint: `give the folder that holds the scans, or one scan (${endingsLookedFor})`,
    });
  }
  const place = { folders: [], stem: stemOf(name) };
  const claimIn = (layout: LayoutName, stem: string) => layouts[layout].claim({ ...place, stem });
  const own = layoutNames.find((layout) => claimIn(layout, place.stem)?.kind === "scan");
  const alone = { case: caseNameOf(name), scanPath: path, maskPath: null };
  if (own === undefined) return { cases: [alone], warnings: [], layout: "scan" };
  const { files } = await filesBelow(dirname(path), { deep: false });
  const key = claimIn(own, place.stem)?.key;
  const masks = volumesOf(files).flatMap((file): Claim[] => {
    const other = claimIn(own, stemOf(basename(file.path)));
    return other?.kind === "mask" && other.key === key ? [{ ...file, ...other }] : [];
  });
  const [mask] = [...byKey(masks, "mask").values()];
  const cases = [{ ...alone, maskPath: mask?.path ?? null }];
  return { cases, warnings: [], layout: "scan" };
}

/** The NIfTI files, of which a header with its voxels beside it counts once. */
function volumesOf(files: readonly WalkedFile[]): WalkedFile[] {
  const paths = new Set(files.map(({ path }) => path));
  return files.filter(({ path }) => {
    const name = basename(path);
    if (!isVoxelsName(name)) return isNiftiName(name);
    return !headerNamesOf(name).some((header) => paths.has(resolve(dirname(path), header)));
  });
}

function claimsOf(
  files: readonly WalkedFile[],
  { root, name }: { readonly root: string; readonly name: LayoutName },
): Claim[] {
  const above = basename(root);
  return files.flatMap((file) => {
    const folders = [above, ...relative(root, dirname(file.path)).split(sep)].filter(Boolean);
    const claim = layouts[name].claim({ folders, stem: stemOf(basename(file.path)) });
    return claim === undefined ? [] : [{ ...file, ...claim }];
  });
}

const hasScans = (claims: readonly Claim[]): boolean => claims.some(({ kind }) => kind === "scan");

/** The layout that is there; undefined when none is. Of several none is chosen: they are listed. */
function onlyLayout(
  folder: string,
  claims: ReadonlyMap<LayoutName, readonly Claim[]>,
): LayoutName | undefined {
  const there = [...claims].filter(([, claimed]) => hasScans(claimed));
  if (there.length < 2) return there[0]?.[0];
  const lines = there.map(([name, claimed]) => {
    const [scans, masks] = ["scan", "mask"].map((kind) => claimed.filter((c) => c.kind === kind));
    const example = relative(resolve(folder), scans[0].path);
    return `${name}: ${counted(scans.length, "scan")}, ${counted(masks.length, "mask")}, such as ${example}`;
  });
  throw new HeparError(
    "input.ambiguous",
    `${folder} can be read in more than one way: ${lines.join("; ")}`,
    {
      file: folder,
      hint: `say which is meant with --layout ${there.map(([name]) => name).join(" or --layout ")}, or list the cases in a table with --csv`,
    },
  );
}

function leftOut(
  volumes: readonly WalkedFile[],
  { claimed, layout }: { readonly claimed: readonly Claim[]; readonly layout: LayoutName },
): string[] {
  const taken = new Set(claimed.map(({ path }) => path));
  const others = volumes.map(({ path }) => path).filter((path) => !taken.has(path));
  if (others.length === 0) return [];
  const names = layouts[layout].shown;
  return [
    `${counted(others.length, "NIfTI file")} left out, not named as ${names}: ${listed(others)}`,
  ];
}

function noCases(
  folder: string,
  {
    files,
    warnings,
    layout,
  }: {
    readonly files: readonly WalkedFile[];
    readonly warnings: readonly string[];
    readonly layout: LayoutName | undefined;
  },
): HeparError {
  const names = files.map(({ path }) => basename(path));
  const nifti = names.filter(isNiftiName);
  const examples = (nifti.length > 0 ? nifti : names).slice(0, 3).join(", ");
  const saw =
    names.length === 0
      ? "it holds no files"
      : `saw ${counted(names.length, "file")}, ${nifti.length.toLocaleString("en")} of them NIfTI, such as ${examples}`;
  const wanted = (layout === undefined ? layoutNames : [layout]).map((name) => layouts[name].shown);
  return new HeparError(
    "cohort.no-cases",
    `no scans in ${folder}: looked for ${wanted.join("; ")}; each ${endingsLookedFor}; ${[saw, ...warnings.slice(0, 3)].join("; ")}`,
    {
      file: folder,
      hint: "list the cases in a table with --csv (columns case, scan, mask), rename the scans, or give one scan's path",
    },
  );
}
