import { basename } from "node:path";
import { byNaturalOrder, HeparError } from "../core/index.ts";
import type { Claim, FoundCase } from "./found-case.ts";
import { caseNameOf } from "./naming.ts";

/** Cases in natural order, and the masks that have no scan. */
export function paired(claims: readonly Claim[]): { cases: FoundCase[]; lonely: string[] } {
  requireOneChannel(claims);
  const scans = byKey(claims, "scan");
  const masks = byKey(claims, "mask");
  const cases = [...scans].map(([key, scan]): FoundCase => {
    const { path, patient, visit } = scan;
    return {
      case: caseNameOf(scan.case ?? basename(path)),
      scanPath: path,
      maskPath: masks.get(key)?.path ?? null,
      ...(patient === undefined ? {} : { patient }),
      ...(visit === undefined ? {} : { visit }),
    };
  });
  requireOwnNames(cases);
  const lonely = [...masks].filter(([key]) => !scans.has(key)).map(([, { path }]) => path);
  return {
    cases: cases.sort((a, b) => byNaturalOrder(a.case, b.case)),
    lonely: lonely.sort(byNaturalOrder),
  };
}

/** Scans, or masks, by what pairs them; links to one file count once. */
export function byKey(claims: readonly Claim[], kind: Claim["kind"]): ReadonlyMap<string, Claim> {
  const files = new Map<string, Claim>();
  const twice: string[] = [];
  for (const claim of claims) {
    if (claim.kind !== kind) continue;
    const first = files.get(claim.key);
    if (first === undefined) files.set(claim.key, claim);
    else if (first.realPath !== claim.realPath) twice.push(`${first.path} and ${claim.path}`);
  }
  if (twice.length === 0) return files;
  throw new HeparError(
    "input.ambiguous",
    `each case must have one scan and one mask, but there are ${listed(twice)}`,
    {
      hint: "move the ones that are not meant out of the data folder, or list the cases with --csv",
    },
  );
}

function requireOneChannel(claims: readonly Claim[]): void {
  const others = claims.filter(({ channel = 0 }) => channel > 0);
  if (others.length === 0) return;
  const names = others.map(({ path }) => basename(path));
  throw new HeparError(
    "input.ambiguous",
    `images of several channels, such as ${listed(names)}: hepar reads a CT alone`,
    {
      file: others[0].path,
      hint: "say which channel is the CT: a table of the cases with --csv, or a folder without the others",
    },
  );
}

/** Names are of folders too, which some systems do not tell apart by their letters' case. */
function requireOwnNames(cases: readonly FoundCase[]): void {
  const scans = new Map<string, string>();
  for (const { case: name, scanPath } of cases) {
    const other = scans.get(name.toLowerCase());
    scans.set(name.toLowerCase(), scanPath);
    if (other === undefined) continue;
    throw new HeparError(
      "input.ambiguous",
      `two scans would both be called ${name}: ${other} and ${scanPath}`,
      { hint: "rename one of them, or give them names of their own in a table, with --csv" },
    );
  }
}

/** The first five. */
export const listed = (names: readonly string[]): string =>
  names.slice(0, 5).join("; ") + (names.length > 5 ? `; and ${names.length - 5} more` : "");
