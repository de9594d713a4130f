/** What a file's name says it is. */
export interface NamedFile {
  readonly kind: "scan" | "mask";
  /** Equal for a scan and its mask, whatever case the letters are in. */
  readonly key: string;
}

/** One way to name scans and masks: a row here is all that a further data set's layout needs. */
interface Naming {
  /** For people: what is looked for. */
  readonly shown: string;
  /** Its groups, joined, are the key. */
  readonly scan: RegExp;
  readonly mask: RegExp;
}

const namings: readonly Naming[] = [
  {
    // LiTS, as on Kaggle; its second half is called test-volume-N.
    shown: "volume-N.nii[.gz] with segmentation-N.nii[.gz]",
    scan: /^(test-|)volume-(\d+)\.nii(?:\.gz)?$/i,
    mask: /^(test-|)segmentation-(\d+)\.nii(?:\.gz)?$/i,
  },
];

/** The names that are looked for, as a person reads them. */
export const namesLookedFor = namings.map(({ shown }) => shown).join(", or ");

/** Whether a file's name is a scan's or a mask's; undefined when it is neither. */
export function readName(fileName: string): NamedFile | undefined {
  for (const [index, naming] of namings.entries()) {
    for (const kind of ["scan", "mask"] as const) {
      const found = naming[kind].exec(fileName);
      if (found !== null) {
        return { kind, key: [index, ...found.slice(1)].join("/").toLowerCase() };
      }
    }
  }
  return undefined;
}

/** Whether a name ends as NIfTI does. */
export const isNiftiName = (fileName: string): boolean => /\.nii(\.gz)?$/i.test(fileName);

/**
 * A scan's name without its ending, fit to name folders and files: what some system refuses in a
 * name (and `;`, which separates warnings) becomes `_`, and very long names are cut.
 */
export function caseNameOf(fileName: string): string {
  const stem = fileName.replace(/\.nii(\.gz)?$/i, "");
  const safe = stem.replace(/[\p{C}\\/:*?"<>|;]/gu, "_").replace(/^[. ]+|[. ]+$/g, "_");
  return [...safe].slice(0, 60).join("") || "scan";
}
