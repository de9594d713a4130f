import { stat } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import { HeparError } from "../../core/index.ts";
import { findCases } from "../find.node.ts";
import type { ClaimedFile } from "../layouts/index.ts";
import { layoutNames, layouts } from "../layouts/index.ts";
import { headerNamesOf, isNiftiName, isVoxelsName, stemOf } from "../naming.ts";
import { filesBelow } from "../walk.node.ts";
import type { Finding } from "./finding.ts";
import { refusal } from "./refusal.ts";

/** A file to look at, and what its name says that it is. */
export interface PlannedFile {
  /** As it was named, or found below a folder that was. */
  readonly path: string;
  /** undefined where the name says nothing: the voxels then decide. */
  readonly kind: "scan" | "mask" | undefined;
}

/** Files that belong together: a scan with its mask, or a single file. */
export type PlannedCase = readonly [PlannedFile] | readonly [PlannedFile, PlannedFile];

export interface Plan {
  readonly cases: readonly PlannedCase[];
  /** What the names alone show. */
  readonly findings: readonly { readonly file: string; readonly finding: Finding }[];
}

/**
 * What to look at for the paths that a user named: folders are searched as the catalogue searches
 * them, and whatever else of NIfTI is there is looked at file by file; a scan and a mask whose names
 * pair them, or just two files, are held against each other.
 */
export async function planCheck(paths: readonly string[]): Promise<Plan> {
  const files: string[] = [];
  const plans: Plan[] = [];
  for (const path of paths) {
    const status = await stat(path).catch(() => undefined);
    if (status?.isDirectory()) plans.push(await planFolder(path));
    else if (status === undefined) plans.push(refused(path, nothingAt(path)));
    else if (isNiftiName(path)) files.push(path);
    else plans.push(refused(path, notNifti(path)));
  }
  plans.push({ cases: planFiles(files), findings: twiceNamed(paths) });
  return {
    cases: eachOnce(plans.flatMap((plan) => plan.cases)),
    findings: plans.flatMap((plan) => plan.findings),
  };
}

/** Without the files that were named twice, such as a folder and a scan in it; pairs stay whole. */
function eachOnce(cases: readonly PlannedCase[]): readonly PlannedCase[] {
  const seen = new Set<string>();
  const fresh = (files: PlannedCase): boolean => {
    const key = files.map(({ path }) => resolve(path)).join("\0");
    const isFresh = !seen.has(key);
    for (const part of [key, ...key.split("\0")]) seen.add(part);
    return isFresh;
  };
  const pairs = new Set(cases.filter((files) => files.length === 2 && fresh(files)));
  return cases.filter((files) => (files.length === 2 ? pairs.has(files) : fresh(files)));
}

/** A scan that was given as its own mask. */
function twiceNamed(paths: readonly string[]): Plan["findings"] {
  const [first, second, ...others] = paths;
  if (second === undefined || others.length > 0) return [];
  if (resolve(first) !== resolve(second) || !isNiftiName(first)) return [];
  return [
    finding(first, {
      code: "input.ambiguous",
      detail: "one file, named twice",
      expected: "two files, a scan and the mask drawn on it",
      advice: "name the mask's own file; a scan that has none is named once",
    }),
  ];
}

const refused = (file: string, error: HeparError): Plan => ({
  cases: [],
  findings: [{ file, finding: refusal(error) }],
});

const nothingAt = (path: string): HeparError =>
  new HeparError("input.missing", `there is no file or folder ${path}`, { hint: "check the path" });

const notNifti = (path: string): HeparError =>
  new HeparError("input.unreadable", `${basename(path)} is neither a folder nor a NIfTI file`, {
    hint: "give .nii or .nii.gz files, or the folder that holds them",
  });

async function planFolder(folder: string): Promise<Plan> {
  const { files, warnings } = await filesBelow(folder);
  const findings = warnings.map((what) => finding(folder, { code: "left-out", detail: what }));
  const found = await findCases(folder).catch((thrown: unknown) => refusal(thrown));
  const cases = "cases" in found ? found.cases : [];
  // A folder in which no layout is found is looked at file by file; what is ambiguous is told.
  if ("code" in found && found.code === "input.ambiguous") findings.push(finding(folder, found));
  const shown = (absolute: string): string => folder + absolute.slice(resolve(folder).length);
  const taken = new Set(cases.flatMap(({ scanPath, maskPath }) => [scanPath, maskPath ?? ""]));
  const others = nifti(files.map(({ path }) => resolve(path))).filter((path) => !taken.has(path));
  const withMasks = cases.some(({ maskPath }) => maskPath !== null);
  for (const { scanPath, maskPath } of cases) {
    if (maskPath !== null || !withMasks) continue;
    findings.push(finding(shown(scanPath), { code: "scan-without-mask", detail: "" }));
  }
  const lone = others.map(
    (path): PlannedFile => ({ path: shown(path), kind: claimOf(path)?.kind }),
  );
  for (const { path, kind } of lone) {
    if (kind === "mask" && cases.length > 0) {
      findings.push(finding(path, { code: "mask-without-scan", detail: "" }));
    }
  }
  return {
    cases: [
      ...cases.map(({ scanPath, maskPath }): PlannedCase => {
        const scan = { path: shown(scanPath), kind: "scan" } as const;
        return maskPath === null ? [scan] : [scan, { path: shown(maskPath), kind: "mask" }];
      }),
      ...lone.map((file): PlannedCase => [file]),
    ],
    findings,
  };
}

const finding = (file: string, what: Finding): Plan["findings"][number] => ({
  file,
  finding: what,
});

/** The NIfTI files, of which a header with its voxels beside it counts once. */
function nifti(paths: readonly string[]): readonly string[] {
  const all = new Set(paths);
  return paths.filter((path) => {
    if (!isVoxelsName(path)) return isNiftiName(path);
    return !headerNamesOf(basename(path)).some((name) => all.has(resolve(dirname(path), name)));
  });
}

/** Files that were named one by one: pairs by their names; just two that these do not pair, as one. */
function planFiles(paths: readonly string[]): readonly PlannedCase[] {
  const files = [...new Set(paths)].map((path) => ({ path, claim: claimOf(resolve(path)) }));
  const masks = files.filter(({ claim }) => claim?.kind === "mask");
  const pairs = files.flatMap(({ path, claim }): [PlannedFile, PlannedFile][] => {
    const mask = masks.find((other) => other.claim?.key === claim?.key);
    if (claim?.kind !== "scan" || mask === undefined) return [];
    return [
      [
        { path, kind: "scan" },
        { path: mask.path, kind: "mask" },
      ],
    ];
  });
  const paired = new Set(pairs.flat().map(({ path }) => path));
  const single = files
    .filter(({ path }) => !paired.has(path))
    .map(({ path }): PlannedFile => ({ path, kind: kindOf(path) }));
  const [first, second] = single;
  const areTwo = files.length === 2 && single.length === 2;
  if (!areTwo || (first.kind !== undefined && first.kind === second.kind)) {
    return [...pairs, ...single.map((file): PlannedCase => [file])];
  }
  return first.kind === "mask" || second.kind === "scan" ? [[second, first]] : [[first, second]];
}

/** What a file of its own is, by its name; undefined when that says nothing. */
const kindOf = (path: string): PlannedFile["kind"] =>
  claimOf(resolve(path))?.kind ??
  (/mask|label|seg(?![a-z])|segmentation/i.test(stemOf(basename(path))) ? "mask" : undefined);

/** What any of the layouts takes a file for, by its name and folder. */
function claimOf(path: string): ClaimedFile | undefined {
  const place = { folders: dirname(path).split(sep).filter(Boolean), stem: stemOf(basename(path)) };
  for (const name of layoutNames) {
    const claim = layouts[name].claim(place);
    if (claim !== undefined) return claim;
  }
  return undefined;
}
