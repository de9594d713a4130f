import { measureMask } from "../../study/index.ts";
import { readNiftiHeader } from "../../volume/index.node.ts";
import { type LabelVolume, reorient, voxelVolumeMm3 } from "../../volume/index.ts";
import { type LanguageTag, languageOf } from "../language.ts";
import { labelColours, overlayLabels, rgb } from "../overlay.ts";
import { agreement, type JudgedSlice } from "./agreement.ts";
import {
  aspectOf,
  axialCodes,
  countOf,
  fullestSlice,
  grayPlane,
  grayUri,
  pngUri,
  readCase,
  readMask,
  readScan,
  sliceBytes,
  sliceClasses,
} from "./case-volumes.node.ts";
import type { Figure } from "./drawing.ts";
import { cropLesion, type DrawnLesion } from "./lesion-crop.ts";
import { type LesionPicture, lesionSheet } from "./lesion-sheet.ts";
import { type LiverView, liverView, type RenderedView } from "./liver-view.ts";
import { type OriginalAndMask, originalAndMask } from "./original-and-mask.ts";
import { sliceChannels } from "./slice-channels.ts";
import { render } from "./solid/render.ts";
import { liverScene, seenAt, type ViewName, views } from "./solid/scene.ts";

/** A scan to draw, and the masks that lie on it. */
export interface DrawnCase {
  readonly name: string;
  readonly scan: string;
  readonly mask: string;
  /** false leaves out all millimetres. */
  readonly spacingKnown: boolean;
}

const mostLesions = 12;
/** Numbers that are written beside lesions in 3D: more would lie on each other. */
const mostNumbers = 9;
/** Pixels of a view in 3D. */
const viewPixels = 800;

/** Original and mask side by side, on the slice with the most tumour (else the most liver). */
export const drawOriginalAndMask = async (
  one: Pick<DrawnCase, "name" | "scan" | "mask">,
  tag: LanguageTag,
): Promise<Figure | null> => originalAndMask([await sliceAndMask(one)], languageOf(tag));

/** A case's row of that figure. */
export async function sliceAndMask(
  one: Pick<DrawnCase, "name" | "scan" | "mask">,
): Promise<OriginalAndMask> {
  const { scan, mask } = await readCase(one);
  const slice = fullestSlice(mask, [countOf(mask, [2]), countOf(mask, [1])]);
  const plane = grayPlane(scan, slice);
  const { width, height } = plane;
  const coloured = overlayLabels(plane, sliceClasses(mask, slice));
  return {
    case: one.name,
    slice,
    original: await grayUri(plane),
    mask: await pngUri(coloured, { width, height, channels: 3 }),
    aspect: aspectOf(scan),
  };
}

/** A slice as the network gets it, and its channels; without a mask the middle slice. */
export async function drawChannels(
  { name, scan: path, mask: maskPath }: Omit<DrawnCase, "mask"> & { readonly mask: string | null },
  tag: LanguageTag,
): Promise<Figure> {
  const stored = await readScan(path);
  const mask = maskPath === null ? null : reorient(await readMask(maskPath, stored), axialCodes);
  const scan = reorient(stored, axialCodes);
  const slice = fullestSlice(scan, mask === null ? [] : [countOf(mask, [2]), countOf(mask, [1])]);
  const [width, height] = scan.dims;
  const size = width * height;
  const bytes = sliceBytes(scan, slice);
  const planes = [0, 1, 2].map((channel) => bytes.subarray(channel * size, (channel + 1) * size));
  const pixels = new Uint8Array(3 * size);
  for (let at = 0; at < pixels.length; at++) pixels[at] = planes[at % 3][Math.floor(at / 3)];
  return sliceChannels(
    {
      case: name,
      slice,
      colour: await pngUri(pixels, { width, height, channels: 3 }),
      channels: await Promise.all(planes.map((gray) => grayUri({ gray, width, height }))),
      aspect: aspectOf(scan),
    },
    languageOf(tag),
  );
}

/** Prediction beside reference on the slice with the most tumour in either (else the most liver). */
export async function drawAgreement(
  one: DrawnCase & { readonly prediction: string },
  tag: LanguageTag,
): Promise<Figure> {
  return agreement(await judgedSlice(one), languageOf(tag));
}

/** The slice on which two masks have the most tumour together; without any, the most liver. */
export async function judgedSlice(
  one: DrawnCase & { readonly prediction: string },
): Promise<JudgedSlice> {
  const { scan, mask } = await readCase(one);
  const found = reorient(
    await readMask(one.prediction, await readNiftiHeader(one.scan)),
    axialCodes,
  );
  const both = (wanted: readonly number[]) => (slice: number) =>
    countOf(mask, wanted)(slice) + countOf(found, wanted)(slice);
  const slice = fullestSlice(mask, [both([2]), both([1])]);
  return {
    case: one.name,
    slice,
    original: await grayUri(grayPlane(scan, slice, "custom")),
    width: scan.dims[0],
    height: scan.dims[1],
    reference: sliceClasses(mask, slice),
    predicted: sliceClasses(found, slice),
    aspect: aspectOf(scan),
  };
}

/**
 * The contact sheet of a scan's lesions; null when the mask has none.
 *
 * @param options.lesions - the study's rows of this case; measured anew when they are not given, or
 *   do not say where
 */
export async function drawLesions(
  one: DrawnCase,
  options: { readonly lesions?: readonly DrawnLesion[]; readonly language: LanguageTag },
): Promise<Figure | null> {
  const { scan, mask, stored } = await readCase(one);
  const given = options.lesions?.filter((row) => row.longest_axial_ends_voxel !== null) ?? [];
  const isGiven = given.length > 0 && given.length === options.lesions?.length;
  const rows = isGiven ? given : measureLesions(mask);
  if (rows.length === 0) return null;
  const shown = [...rows].sort((a, b) => a.lesion - b.lesion).slice(0, mostLesions);
  const pictures = shown.map(async (row): Promise<LesionPicture> => {
    const { plane, ...crop } = cropLesion(row, {
      mask,
      stored: isGiven ? stored : mask,
      spacingKnown: one.spacingKnown,
      planeOf: (slice) => grayPlane(scan, slice, "custom"),
    });
    return { ...crop, original: await grayUri(plane) };
  });
  return lesionSheet(
    { case: one.name, count: rows.length, lesions: await Promise.all(pictures) },
    languageOf(options.language),
  );
}

/** As rows of the study; in the mask's own units where they are no millimetres. */
function measureLesions(mask: LabelVolume): DrawnLesion[] {
  return measureMask(mask, { spacingKnown: true }).lesions.map(({ id, voxels, slice, shape }) => ({
    lesion: id,
    voxels,
    slice,
    axial_slice: shape?.axialSlice ?? null,
    volume_ml: shape?.volumeMl ?? null,
    longest_axial_diameter_mm: shape?.longestAxial.lengthMm ?? null,
    perpendicular_axial_diameter_mm: shape?.perpendicularAxial.lengthMm ?? null,
    longest_axial_ends_voxel: JSON.stringify(shape?.longestAxial.endsVoxel ?? null),
    perpendicular_axial_ends_voxel: JSON.stringify(shape?.perpendicularAxial.endsVoxel ?? null),
  }));
}

/**
 * The liver and its lesions in 3D; null for a mask with neither.
 *
 * @param one.scan - whose millimetres count; null: the mask's own
 */
export async function drawLiver3d(
  one: Omit<DrawnCase, "scan"> & { readonly scan: string | null },
  tag: LanguageTag,
): Promise<Figure | null> {
  const own = await readMask(one.mask);
  const grid = one.scan === null ? own : await readNiftiHeader(one.scan);
  const mask = { ...own, affine: grid.affine };
  const scene = liverScene(mask, {
    liver: rgb(labelColours.liver),
    tumour: rgb(labelColours.tumour),
  });
  if (scene === null) return null;
  const { frame, lesions } = scene;
  const named = lesions.slice(0, mostNumbers);
  const mlOf = (voxels: number): number => (voxels * voxelVolumeMm3(mask.affine)) / 1000;
  const names = Object.keys(views) as ViewName[];
  const rendered = names.map(async (name) => {
    const view = views[name];
    const pixels = render(scene, { view, frame, pixels: viewPixels });
    return {
      view: name,
      source: await pngUri(pixels, { width: viewPixels, height: viewPixels, channels: 4 }),
      marks: apart(
        named.map(({ lesion, voxels, middle }) => {
          const [x, y] = seenAt(middle, { view, frame });
          // As of a ball: V = 4/3 π r³.
          const radiusMm = Math.cbrt((750 * mlOf(voxels)) / Math.PI);
          return { lesion, x, y, radius: radiusMm / frame.sizeMm };
        }),
      ),
    };
  });
  const liver: LiverView = {
    case: one.name,
    hasLiver: scene.glassy !== null,
    spacingKnown: one.spacingKnown,
    liverMl: one.spacingKnown && scene.glassy !== null ? mlOf(scene.voxels) : null,
    lesionCount: lesions.length,
    largestMl: one.spacingKnown && lesions.length > 0 ? mlOf(lesions[0].voxels) : null,
    views: await Promise.all(rendered),
  };
  return liverView(liver, languageOf(tag));
}

/** Those that do not lie on a larger lesion's; from another side they may be seen. */
function apart(marks: RenderedView["marks"]): RenderedView["marks"] {
  const kept: RenderedView["marks"][number][] = [];
  for (const mark of marks) {
    if (kept.every(({ x, y }) => Math.hypot(x - mark.x, y - mark.y) > 0.045)) kept.push(mark);
  }
  return kept;
}
