import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { type CatalogRow, countLabels, formatLabelCounts } from "../catalog/index.ts";
import { toHeparError } from "../core/index.ts";
import type { SliceDifference } from "./difference.ts";
import { expectedSlices } from "./expected-slices.node.ts";
import { readMask } from "./image.node.ts";
import { decodePicture, encodePicture, readPicture } from "./picture.node.ts";
import type { Picture } from "./picture.ts";
import type { SliceRow } from "./row.ts";
import { type ConvertSettings, imageFormats } from "./settings.ts";
import type { SliceMask } from "./tensor.ts";

const index = "slices/slices.parquet";

type Fault = Omit<SliceDifference, "case" | "slice" | "file">;

/**
 * Reads all that a conversion wrote of a case and compares it with what its scan and mask make it:
 * masks exactly, lossless images exactly, JPEGs within what encoding costs. Memory is that of a few
 * slices (see `expectedSlices`).
 *
 * @param options.slices - the case's rows of the index
 * @returns [] when all is as it must be; a file has at most one difference
 * @throws as `expectedSlices`: the scan or the mask itself cannot be read
 */
export async function verifyCase(
  row: Pick<CatalogRow, "case" | "scan_source" | "mask_source">,
  options: {
    readonly cohort: string;
    readonly settings: ConvertSettings;
    readonly slices: readonly SliceRow[];
  },
): Promise<SliceDifference[]> {
  const { cohort, settings, slices } = options;
  const known = new Map(slices.map((slice) => [slice.slice, slice]));
  const found: SliceDifference[] = [];
  const report = (slice: number | null, file: string, fault: Fault | null): void => {
    if (fault !== null) found.push({ case: row.case, slice, file, ...fault });
  };
  let wanted = 0;
  for await (const { k, picture, mask } of expectedSlices(row, settings)) {
    wanted++;
    const slice = known.get(k);
    known.delete(k);
    if (slice === undefined) {
      report(k, index, fault("the slice is not in the index"));
      continue;
    }
    const path = join(cohort, slice.image);
    report(k, slice.image, await faultOf(pictureFault(path, picture, settings)));
    if (mask !== null && slice.mask !== null) {
      report(k, slice.mask, await faultOf(maskFault(join(cohort, slice.mask), mask)));
      const counts = formatLabelCounts(countLabels(mask.labels));
      if (slice.labels !== counts) {
        report(k, index, fault(`expected the labels ${counts}, got ${slice.labels}`));
      }
    } else if ((mask === null) !== (slice.mask === null)) {
      report(k, index, fault("there is a mask for one of scan and slice only"));
    }
  }
  if (slices.length === 0 && wanted > 0) {
    const what = `the case has no slices, expected ${wanted}`;
    return [{ case: row.case, slice: null, file: index, ...fault(what) }];
  }
  found.sort((a, b) => (a.slice ?? 0) - (b.slice ?? 0)); // those of a slice stay in their order
  for (const [k, { image }] of known) report(k, image, fault("no such slice is wanted"));
  for (const file of await strayFiles(cohort, row.case, slices)) {
    report(null, file, fault("the file belongs to no slice"));
  }
  return found;
}

const fault = (what: string): Fault => ({
  ...{ what, pixel: null, expected: null, got: null, pixels: null },
});

/** A file that is missing or damaged differs too. */
async function faultOf(work: Promise<Fault | null>): Promise<Fault | null> {
  try {
    return await work;
  } catch (thrown) {
    const { code, message } = toHeparError(thrown);
    if (code === "defect") throw thrown;
    return fault(message);
  }
}

async function maskFault(path: string, expected: SliceMask): Promise<Fault | null> {
  const got = await readMask(path);
  if (got.width !== expected.width || got.height !== expected.height) {
    return fault(sizeText(expected, got));
  }
  const worst = compare(expected.labels, got.labels, { channels: 1, width: got.width });
  return worst.pixels === 0
    ? null
    : { what: "labels differ", ...worst.first, pixels: worst.pixels };
}

async function pictureFault(
  path: string,
  expected: Picture,
  settings: ConvertSettings,
): Promise<Fault | null> {
  const got = await readPicture(path);
  if (
    got.width !== expected.width ||
    got.height !== expected.height ||
    got.channels !== expected.channels ||
    got.pixels.BYTES_PER_ELEMENT !== expected.pixels.BYTES_PER_ELEMENT
  ) {
    return fault(sizeText(expected, got));
  }
  const grid = { channels: got.channels, width: got.width };
  const seen = compare(expected.pixels, got.pixels, grid);
  if (imageFormats[settings.format].lossless) {
    return seen.pixels === 0 ? null : { what: "pixels differ", ...seen.first, pixels: seen.pixels };
  }
  const again = await decodePicture(await encodePicture(expected, settings), path);
  const codec = compare(expected.pixels, again.pixels, grid);
  // Another version of the encoder rounds otherwise, but is no worse.
  if (seen.mean <= 1.25 * codec.mean + 0.25 && seen.worst <= 1.5 * codec.worst + 4) return null;
  const { pixels, first } = compare(again.pixels, got.pixels, { ...grid, tolerance: codec.worst });
  const mean = `${seen.mean.toFixed(2)} greys off on average, where JPEG costs ${codec.mean.toFixed(2)}`;
  return { what: `pixels differ: ${mean}`, ...first, pixels };
}

interface Grid {
  readonly channels: number;
  readonly width: number;
  /** What does not yet count as a difference. */
  readonly tolerance?: number;
}

/** The first pixel that differs by more than the tolerance, how many do, and by how much at most. */
function compare(
  expected: Uint8Array | Uint16Array,
  got: Uint8Array | Uint16Array,
  { channels, width, tolerance = 0 }: Grid,
) {
  let [sum, worst, pixels, firstAt, lastPixel] = [0, 0, 0, -1, -1];
  for (let at = 0; at < expected.length; at++) {
    const difference = Math.abs(expected[at] - got[at]);
    sum += difference;
    if (difference > worst) worst = difference;
    if (difference <= tolerance) continue;
    if (firstAt < 0) firstAt = at;
    const pixel = Math.floor(at / channels);
    if (pixel === lastPixel) continue;
    lastPixel = pixel;
    pixels++;
  }
  const pixel = Math.floor(firstAt / channels);
  const first =
    firstAt < 0
      ? { pixel: null, expected: null, got: null }
      : {
          pixel: [pixel % width, Math.floor(pixel / width)] as const,
          expected: expected[firstAt],
          got: got[firstAt],
        };
  return { first, pixels, worst, mean: expected.length === 0 ? 0 : sum / expected.length };
}

function sizeText(expected: Sized, got: Sized): string {
  return `expected ${sizeOf(expected)}, got ${sizeOf(got)}`;
}

type Sized = Picture | SliceMask;

const sizeOf = (image: Sized): string => {
  const size = `${image.width} × ${image.height} pixels`;
  if (!("pixels" in image)) return size;
  return `${size} of ${image.channels} channels of ${8 * image.pixels.BYTES_PER_ELEMENT} bits`;
};

/** Files in the case's folders that no row of the index names. */
async function strayFiles(
  cohort: string,
  name: string,
  slices: readonly SliceRow[],
): Promise<string[]> {
  const own = new Set(
    slices.flatMap(({ image, mask }) => [image, mask]).map((path) => path && basename(path)),
  );
  const folders = [`slices/images/${name}`, `slices/masks/${name}`];
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const files = await readdir(join(cohort, folder)).catch(() => []);
      return files.filter((file) => !own.has(file)).map((file) => `${folder}/${file}`);
    }),
  );
  return listed.flat();
}
