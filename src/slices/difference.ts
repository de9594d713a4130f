/** Where a slice's file is not what its scan or mask makes it. */
export interface SliceDifference {
  readonly case: string;
  /** null for a file that belongs to no slice. */
  readonly slice: number | null;
  /** Relative to the cohort. */
  readonly file: string;
  /** What is wrong, in a sentence. */
  readonly what: string;
  /** Column and row of the first pixel that differs; null where it is not about pixels. */
  readonly pixel: readonly [x: number, y: number] | null;
  /** Of that pixel: the label, or the worst channel's grey. */
  readonly expected: number | null;
  readonly got: number | null;
  /** How many pixels differ. */
  readonly pixels: number | null;
}
