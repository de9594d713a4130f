import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { counted, HeparError } from "../core/index.ts";
import { estimateSlice } from "../slices/index.node.ts";
import type { ConvertSettings } from "../slices/index.ts";
import type { StudiedRow } from "../study/index.ts";
import { layout } from "./layout.ts";
import { type CohortRun, warn } from "./run.node.ts";

/** An estimate from three slices is right within about a third. */
const surely = 0.7;
const perhaps = 1.3;

/**
 * Foresees a full disk: what the cases' slices will take, from a few that are encoded, beside what is
 * free. Says so where it may not be enough.
 *
 * @throws `output.full` when it surely is not, before anything is written
 */
export async function requireSpace(
  run: CohortRun,
  pending: readonly StudiedRow[],
  settings: ConvertSettings,
): Promise<void> {
  const needed = await neededBytes(pending, settings);
  const free = await freeBytes(run.folder);
  if (needed * perhaps < free) return;
  // What is converted again takes the place of what is there.
  const room = free + (await takenBytes(run.folder, pending));
  const figures = `the slices of ${counted(pending.length, "scan")} take about ${sizeText(needed)}, and ${sizeText(room)} are free in ${run.folder}`;
  if (needed * perhaps < room) return;
  // Of slices with liver only, nobody knows how many there are.
  if (needed * surely < room || settings.liverOnly) return warn(run, `${figures}: it may get full`);
  throw new HeparError("output.full", figures, {
    file: run.folder,
    hint: "free some space, choose another disk, or convert fewer or smaller slices",
  });
}

/** Bytes of all slices, from some of the first case that can be read; 0 if none can. */
async function neededBytes(
  pending: readonly StudiedRow[],
  settings: ConvertSettings,
): Promise<number> {
  for (const row of pending) {
    const one = await estimateSlice(row, settings).catch(() => undefined);
    if (one === undefined) continue; // the conversion will say what is wrong with it
    return pending.reduce((sum, { width, height, depth, mask_source }) => {
      const scale = settings.size === null ? ((width ?? 0) * (height ?? 0)) / one.pixels : 1;
      const each = one.imageBytes + (mask_source === null ? 0 : one.maskBytes);
      return sum + Math.ceil((depth ?? 0) / settings.everyKth) * scale * each;
    }, 0);
  }
  return 0;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What is on the disk already of these cases. */
async function takenBytes(folder: string, rows: readonly StudiedRow[]): Promise<number> {
  let bytes = 0;
  for (const { case: name } of rows) {
    for (const path of [layout.imagesOf(name), layout.masksOf(name)]) {
      for (const file of await readdir(join(folder, path)).catch(() => [])) {
        const { blocks } = await stat(join(folder, path, file));
        bytes += 512 * blocks;
      }
    }
  }
  return bytes;
}

/** Bytes as people say them: `850 MB`, `6.1 GB`. */
const sizeText = (bytes: number): string =>
  bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
