import type { Finding } from "./finding.ts";

/** What a comparison of contents needs to know of a file. */
interface KnownFile {
  readonly path: string;
  readonly kind: "scan" | "mask";
  /** Of its content; absent where there is none to compare. */
  readonly sha256?: string;
}

/**
 * Scans, and masks, that are there twice, each but the first with the first one's path. Where scan
 * and mask of a case are both those of an earlier case, the scan alone is told.
 *
 * @param cases - the files of each case, the scan first
 */
export function findDuplicates(
  cases: readonly (readonly KnownFile[])[],
): readonly { readonly file: string; readonly finding: Finding }[] {
  const firsts = new Map<string, string>();
  return cases.flatMap((files) => {
    const found = files.flatMap(({ path, kind, sha256 }) => {
      if (sha256 === undefined) return [];
      const first = firsts.get(sha256);
      if (first === undefined) firsts.set(sha256, path);
      if (first === undefined) return [];
      const code = kind === "scan" ? "duplicate-of" : "mask-duplicate-of";
      return [{ file: path, finding: { code, detail: first } } as const];
    });
    return found.slice(0, 1);
  });
}
