import type { ClaimedFile, LayoutName } from "./layouts/index.ts";
import type { WalkedFile } from "./walk.node.ts";

/** A file with what the layout in question takes it for. */
export interface Claim extends ClaimedFile, WalkedFile {}

/** A scan with its mask, found but not yet opened. */
export interface FoundCase {
  /** Fit to name files and folders; by default the scan's name without ending: `volume-0`. */
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

/** The labels that a description of the data names, to be held against those of the masks. */
export interface DeclaredLabels {
  readonly file: string;
  readonly labels: readonly number[];
}

export interface FoundCases {
  /** In natural order of their names: volume-2 before volume-10. */
  readonly cases: readonly FoundCase[];
  /** Sentences: folders that could not be read, masks without a scan, what a dataset.json says otherwise. */
  readonly warnings: readonly string[];
  /** How they were found: a layout, a table of cases, or one scan that was named. */
  readonly layout: LayoutName | "csv" | "scan";
  /** Absent where nothing names labels, or more than one file does. */
  readonly declared?: DeclaredLabels;
}
