import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { SliceRow } from "../slices/index.ts";
import type { Converted } from "./convert.node.ts";
import type { ConvertSummary } from "./convert-summary.ts";
import type { CohortRun } from "./run.node.ts";

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
