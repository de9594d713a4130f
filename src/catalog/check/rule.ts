/** How bad a finding is: the file cannot be used, its numbers may be wrong, or it is good to know. */
export type Severity = "error" | "warning" | "note";

/** What must be read to see it: headers, voxels, a mask with its scan, or all files together. */
export type Stage = "header" | "voxels" | "pair" | "folder";

/** One kind of finding. Adding a row here is all that the tables, the command and the docs need. */
export interface Rule {
  readonly severity: Severity;
  readonly stage: Stage;
  /** The field of the file that it is about, unless the finding names another. */
  readonly field: string;
  /** What a sound file has there. */
  readonly expected: string;
  /** What it means, in a sentence or two; the detail is empty in tables that hold none. */
  readonly means: (detail: string) => string;
  /** What to do next. */
  readonly advice: string;
  /** A note that the catalogue's `warnings` column keeps; it keeps every warning and error. */
  readonly inCatalogue?: true;
}

/** Some rows of the table. */
export type Rules = Readonly<Record<string, Rule>>;
