/** Where a file lies below the data folder. */
export interface FilePlace {
  /** Names of the folders above it, from the data folder (its own name first) downwards. */
  readonly folders: readonly string[];
  /** The file's name without its ending: `.nii`, `.nii.gz`, `.hdr` … */
  readonly stem: string;
}

/** What a layout takes a file for. */
export interface ClaimedFile {
  readonly kind: "scan" | "mask";
  /** Equal for a scan and its mask, whatever case the letters are in. */
  readonly key: string;
  /** The case's name, where the file's own is not it. */
  readonly case?: string;
  readonly patient?: string;
  readonly visit?: string;
  /** Set when it is not the only image of its case: 0 is the first. */
  readonly channel?: number;
}

/**
 * One way in which data sets lay out scans and masks. A further one is a file beside this and a row
 * in `index.ts`. A layout says what a file is by its name and folders alone; it opens nothing. What
 * it claims is a path, which may also be that of a folder that holds one scan's slices.
 */
export interface Layout {
  /** For people: what is looked for. */
  readonly shown: string;
  /** undefined for what is neither a scan nor a mask of this layout. */
  readonly claim: (place: FilePlace) => ClaimedFile | undefined;
  /** A file beside the folders of images that says how many cases there are, and what labels mean. */
  readonly describedBy?: "dataset.json";
}

/** The folder that a file lies in; "" when that is not known. */
export const folderOf = ({ folders }: FilePlace): string => folders.at(-1) ?? "";
