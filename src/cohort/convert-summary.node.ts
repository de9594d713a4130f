import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ConvertSettings, SliceRow } from "../slices/index.ts";
import type { Converted } from "./convert.node.ts";
import type { CohortRun } from "./run.node.ts";

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

/** Counts the slices, and their files' bytes. */
export async function summaryOf(run: CohortRun, converted: Converted): Promise<ConvertSummary> {
  const { slices, settings, made, redone } = converted;
  const now = new Set(made);
  const written = slices.filter((slice) => now.has(slice.case)).length;
  return {
    settings,
    slices: slices.length,
    masks: slices.filter(({ mask }) => mask !== null).length,
    bytes: await bytesOf(run.folder, slices),
    written,
    kept: slices.length - written,
    redone,
  };
}

const askedAtOnce = 256;

async function bytesOf(folder: string, slices: readonly SliceRow[]): Promise<number> {
  const paths = slices.flatMap(({ image, mask }) => (mask === null ? [image] : [image, mask]));
  let bytes = 0;
  for (let at = 0; at < paths.length; at += askedAtOnce) {
    const part = paths.slice(at, at + askedAtOnce);
    const states = await Promise.all(part.map((path) => stat(join(folder, path))));
    bytes += states.reduce((sum, { size }) => sum + size, 0);
  }
  return bytes;
}
