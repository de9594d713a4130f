import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogRow } from "../catalog/index.ts";
import { inLanes } from "../core/index.ts";
import { writeFoldersAtomically } from "../files/index.node.ts";
import { bodyBox, boxAround, type SliceBox } from "./body.ts";
import { type CaseFiles, caseSlices, openCase } from "./case-slices.node.ts";
import { type ConvertPart, convertPart } from "./convert-part.node.ts";
import type { SliceRow } from "./row.ts";
import { type ConvertSettings, convertSettings } from "./settings.ts";

/** Who does the parts of a case, and how many at once: such as a pool of threads. */
export interface PartWorkers {
  readonly atOnce: number;
  readonly convert: (part: ConvertPart) => Promise<SliceRow[]>;
}

/** The calling thread; the encoders have threads of their own. */
const thisThread: PartWorkers = { atOnce: 1, convert: convertPart };

/** Slices of a part where they can be read anywhere: small, so that all workers end together. */
const slicesAtOnce = 16;

/** Bytes of HU of a part whose slices must be gathered from the whole file. */
const slabBytes = 2 ** 25;

/**
 * The slices of a case as images and, with a mask, PNGs of its exact labels, as the settings say: by
 * default all of them, axial, from the feet up, in radiological view, a JPEG of the network's three
 * channels each. The mask is laid on the scan voxel by voxel.
 *
 * The case's folders appear whole, in place of those of an earlier conversion, or stay away. Memory
 * is that of a few slices, however long the scan; of 32 MB a worker, several times, where slices lie
 * across the file.
 *
 * @param options.cohort - the cohort folder; writes below its `slices/`
 * @param options.workers - who does the parts; the calling thread if not given
 * @param options.advance - is told how many slices of the scan have been dealt with, now and then
 * @returns one row a slice; [] where only liver is wanted and there is no mask, or none in it
 * @throws what `readCtSlices` and `readLabelSlices` throw; `geometry.mismatch`; `labels.value` for a
 *   label below 0 or above 65535; `output.full`, `output.unwritable`
 */
export async function convertCase(
  row: Pick<CatalogRow, "case" | "scan_source" | "mask_source">,
  options: {
    readonly cohort: string;
    readonly settings?: ConvertSettings;
    readonly workers?: PartWorkers;
    readonly advance?: (slices: number) => void;
  },
): Promise<SliceRow[]> {
  const { cohort, settings = convertSettings(), workers = thisThread, advance } = options;
  const paths = { scan: row.scan_source, mask: row.mask_source };
  const files = await openCase(paths, settings.orientation);
  const box = await boxOf(files, settings);
  // The images come last: a case that has them is whole.
  const folders = ["masks", "images"].map((kind) => join(cohort, "slices", kind, row.case));
  return writeFoldersAtomically(folders, async ([masks, images]) => {
    const rows: SliceRow[] = [];
    await inLanes(partsOf(files), {
      lanes: workers.atOnce,
      work: async ({ from, to }) => {
        const place = { case: row.case, masks, images };
        rows.push(...(await workers.convert({ files, settings, box, from, to, ...place })));
        advance?.(to - from);
      },
    });
    if (files.mask === null) await rm(masks, { recursive: true });
    return rows.sort((a, b) => a.slice - b.slice);
  });
}

/**
 * How a case is shared out. A gzip file is one part: each would have to be inflated from the start,
 * which costs as much as encoding, and goes on beside it on a thread of its own.
 */
function partsOf({ turned, across, packed }: CaseFiles): { from: number; to: number }[] {
  const [width, height, depth] = turned.dims;
  const gathered = Math.max(1, Math.floor(slabBytes / (2 * width * height)));
  const size = across !== 2 ? gathered : packed ? depth : slicesAtOnce;
  return Array.from({ length: Math.ceil(depth / size) }, (_, part) => ({
    from: part * size,
    to: Math.min(depth, (part + 1) * size),
  }));
}

/** The pixels that every slice is cut to: all, or those around the body in all slices. */
export async function boxOf(files: CaseFiles, { cropToBody }: ConvertSettings): Promise<SliceBox> {
  const [width, height] = files.turned.dims;
  const whole = { x: 0, y: 0, width, height };
  if (!cropToBody) return whole;
  let body: SliceBox | null = null;
  for (const part of partsOf(files)) {
    for await (const { hu } of caseSlices(files, part)) {
      body = boxAround(body, bodyBox(hu, { width, height }));
    }
  }
  return body ?? whole;
}
