import { access } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { readMask, readShown } from "../slices/index.node.ts";
import type { SliceImage, SliceMask, SliceRow } from "../slices/index.ts";
import { unlessMissing } from "./axial-slices.node.ts";
import { byCase, chooseSlice, evenlySpread } from "./choice.ts";
import type { Picture, PictureKind, PictureRow, Pictures } from "./content.ts";
import { overlayAgreement, overlayLabels } from "./overlay.ts";

const mostRows = 12;
const sampleRows = 4;
/** Longest side of a picture, pixels. */
const longestSide = 256;

/** What the pictures are made of. */
export interface PictureOptions {
  /** The cohort folder. */
  readonly cohort: string;
  readonly slices: readonly SliceRow[];
  /** Slices on either side that a slice's image shows too (2.5D); its own channels are shown. */
  readonly neighbours: number;
  /** null without a network; `heldOut` is null for one from elsewhere. */
  readonly model: { readonly name: string; readonly heldOut: readonly string[] | null } | null;
}

/**
 * Pictures of up to 12 cases: those that training never saw, or that a network from elsewhere was
 * run on; without a network four spread over the cohort. A case without slices is left out, and a
 * slice without mask or prediction has fewer pictures.
 *
 * @throws `image.unreadable` when a slice's file is damaged
 */
export async function makePictures(options: PictureOptions): Promise<Pictures> {
  const { slices } = options;
  const ofCases = byCase(slices);
  const { from, candidates } = await candidatesOf(options, [...ofCases.keys()]);
  const chosen =
    from === "sample" ? evenlySpread(candidates, sampleRows) : candidates.slice(0, mostRows);
  const rows: PictureRow[] = [];
  for (const name of chosen) {
    const choice = chooseSlice(ofCases.get(name) ?? []);
    if (choice === null) continue;
    const pictures = await picturesOf(choice.slice, options);
    if (pictures.length > 0) {
      rows.push({ case: name, slice: choice.slice.slice, chosenBy: choice.chosenBy, pictures });
    }
  }
  const orientation = slices[0]?.orientation ?? "radiological";
  return { from, candidates: candidates.length, orientation, rows };
}

async function candidatesOf(
  { cohort, model }: PictureOptions,
  cases: readonly string[],
): Promise<{ readonly from: Pictures["from"]; readonly candidates: readonly string[] }> {
  if (model === null) return { from: "sample", candidates: cases };
  if (model.heldOut !== null) {
    const heldOut = new Set(model.heldOut);
    return { from: "held-out", candidates: cases.filter((name) => heldOut.has(name)) };
  }
  const predicted = await Promise.all(
    cases.map((name) => isThere(join(cohort, "predictions", model.name, "slices", name))),
  );
  return { from: "predicted", candidates: cases.filter((_, index) => predicted[index]) };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** All pictures that a slice has; [] without its image. */
export async function picturesOf(
  row: SliceRow,
  {
    cohort,
    model,
    neighbours,
  }: Pick<PictureOptions, "cohort" | "neighbours"> & {
    readonly model: { readonly name: string } | null;
  },
): Promise<readonly Picture[]> {
  const image = await unlessMissing(readShown(join(cohort, row.image), { neighbours }));
  if (image === null) return [];
  const mask = row.mask === null ? null : await unlessMissing(readMask(join(cohort, row.mask)));
  const predicted =
    model === null ? null : await unlessMissing(readMask(predictionPath(row, { cohort, model })));
  const { width, height } = image;
  const plane = { width, height, gray: image.channels.subarray(0, width * height) };
  const fits = (labels: SliceMask | null): labels is SliceMask =>
    labels !== null && labels.width === width && labels.height === height;
  const panels: (readonly [PictureKind, Uint8Array])[] = [
    // The first channel is the CT in the liver window itself.
    ["original", inColour([plane.gray, plane.gray, plane.gray])],
  ];
  if (fits(mask)) panels.push(["mask", overlayLabels(plane, mask.labels)]);
  panels.push(["preprocessed", inColour(channelsOf(image))]);
  if (fits(predicted)) {
    panels.push(["prediction", overlayLabels(plane, predicted.labels)]);
    if (fits(mask)) {
      const pair = { reference: mask.labels, predicted: predicted.labels };
      panels.push(["agreement", overlayAgreement(plane, pair)]);
    }
  }
  return Promise.all(panels.map(([kind, rgb]) => encode(rgb, { kind, width, height })));
}

const predictionPath = (
  row: SliceRow,
  { cohort, model }: { readonly cohort: string; readonly model: { readonly name: string } },
): string =>
  join(cohort, "predictions", model.name, "slices", row.case, `${row.case}_slice_${row.slice}.png`);

type Planes = readonly [red: Uint8Array, green: Uint8Array, blue: Uint8Array];

function channelsOf({ channels, width, height }: SliceImage): Planes {
  const size = width * height;
  return [
    channels.subarray(0, size),
    channels.subarray(size, 2 * size),
    channels.subarray(2 * size, 3 * size),
  ];
}

/** Planes [3, h, w] as pixels [h, w, 3]. */
function inColour(planes: Planes): Uint8Array {
  const pixels = new Uint8Array(planes[0].length * 3);
  planes.forEach((plane, channel) => {
    plane.forEach((value, index) => {
      pixels[index * 3 + channel] = value;
    });
  });
  return pixels;
}

async function encode(
  rgb: Uint8Array,
  options: { readonly kind: PictureKind; readonly width: number; readonly height: number },
): Promise<Picture> {
  const { kind, width, height } = options;
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({
      width: longestSide,
      height: longestSide,
      fit: "inside",
      withoutEnlargement: true,
    })
    .webp({ quality: 82, smartSubsample: true })
    .toBuffer({ resolveWithObject: true });
  const source = `data:image/webp;base64,${data.toString("base64")}`;
  return { kind, source, width: info.width, height: info.height };
}
