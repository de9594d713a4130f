import type { ConvertSettings } from "../slices/index.ts";

/** What a conversion came to. */
export interface ConvertSummary {
  readonly settings: ConvertSettings;
  /** All that are there now. */
  readonly slices: number;
  readonly masks: number;
  /** Of images and masks. */
  readonly bytes: number;
  /** Slices written now; the others were kept from before. */
  readonly written: number;
  readonly kept: number;
  /** Cases whose earlier slices did not fit any more. */
  readonly redone: readonly string[];
}
