import type { SliceDifference } from "../slices/index.ts";

/** What a cohort's slices are, compared with their scans and masks. */
export interface Verification {
  readonly cases: number;
  readonly slices: number;
  /** Relative to the cohort; null when all is as it must be. */
  readonly table: string | null;
  readonly differences: readonly SliceDifference[];
}

/** `labels differ at column 3, row 4: expected 1, got 255 (12 pixels)` */
export function differenceText({ what, pixel, expected, got, pixels }: SliceDifference): string {
  if (pixel === null) return what;
  const [x, y] = pixel;
  return `${what}; at column ${x}, row ${y}: expected ${expected}, got ${got} (${pixels} in all)`;
}
