/**
 * @file Lesions painted into livers: more of them, of more kinds, than thirteen patients have. Soft
 * blobs, darker than the liver around them or now and then brighter, that hide the vessels they lie
 * over, through the slice and its neighbours.
 *
 * @see Hu et al. 2023, Label-Free Liver Tumor Segmentation, arXiv:2303.14869, for how far lesions that
 *   are all artificial carry
 */
import type { Random } from "../../core/index.ts";
import { channelNames, windowRange, windows } from "../../slices/index.ts";
import type { TrainingSlice } from "../training-slice.ts";
import type { Augmentation } from "./augmentation.ts";
import { logUniform, occurs } from "./chance.ts";

const [liver, tumour] = [1, 2];
const [customBlack, customWhite] = windowRange(windows.custom);
const [liverBlack, liverWhite] = windowRange(windows.liver);
const huPerGrey = (customWhite - customBlack) / 255;

/** Fewer pixels of liver than this have no room for a lesion. */
const leastLiver = 100;

/** A slice with lesions, if chance says so; the slice itself, untouched, if not. One at a time. */
export type LesionPainter = (slice: TrainingSlice, random: Random) => TrainingSlice;

/** What paints the lesions that the settings allow into slices of one size. */
export function lesionPainterOf(
  settings: Augmentation["lesions"],
  { size }: { readonly size: number },
): LesionPainter {
  const pixels = size * size;
  let room: Uint8Array[] = [];
  const classes = new Uint8Array(pixels);
  return (slice, random) => {
    if (!occurs(settings, random)) return slice;
    const places = placesOf(slice.classes, liver);
    if (places.length < leastLiver) return slice;
    const { slices } = slice;
    if (room.length < slices.length) {
      room = slices.map(() => new Uint8Array(channelNames.length * pixels));
    }
    slices.forEach((bytes, index) => {
      room[index].set(bytes);
    });
    classes.set(slice.classes);
    const count = 1 + random.below(settings.most);
    for (let lesion = 0; lesion < count; lesion++) {
      const chance = random.fork(lesion);
      const shape = drawLesion(settings, {
        size,
        chance,
        centre: places[chance.below(places.length)],
      });
      slices.forEach((_, index) => {
        const away = index - (slices.length - 1) / 2;
        paint(room[index], { shape, away, classes, size });
      });
      label(classes, { shape, size });
    }
    return { slices: room.slice(0, slices.length), classes };
  };
}

/** Where a class is. */
function placesOf(classes: Uint8Array, wanted: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < classes.length; at++) if (classes[at] === wanted) places.push(at);
  return places;
}

interface LesionShape {
  /** In pixels. */
  readonly x: number;
  readonly y: number;
  /** Radius in the slice itself, in pixels. */
  readonly radius: number;
  /** How the ellipse lies, and how the edge leaves it. */
  readonly turn: number;
  readonly ratio: number;
  readonly waves: readonly { readonly size: number; readonly phase: number }[];
  /** Half the width of the edge, in pixels. */
  readonly softness: number;
  /** Half the height, and how far the middle is from the slice, in slices. */
  readonly depth: number;
  readonly middle: number;
  /** Added, in HU; negative is darker. */
  readonly change: number;
  /** How much of what lay there still shows, 0 to 1. */
  readonly texture: number;
}

function drawLesion(
  settings: NonNullable<Augmentation["lesions"]>,
  {
    size,
    chance,
    centre,
  }: { readonly size: number; readonly chance: Random; readonly centre: number },
): LesionShape {
  const depth = chance.between(0.7, 4);
  const { smallest, largest, least, most } = { ...settings.radius, ...settings.darker };
  const darker = logUniform({ smallest: least, largest: most }, chance);
  return {
    x: centre % size,
    y: Math.floor(centre / size),
    radius: size * logUniform({ smallest, largest }, chance),
    turn: chance.between(0, Math.PI),
    ratio: chance.between(0.65, 1),
    waves: [2, 3, 4].map((waves) => ({
      size: chance.between(0, 0.3 / waves),
      phase: chance.between(0, 2 * Math.PI),
    })),
    softness: chance.between(0.4, 1.6),
    depth,
    middle: chance.between(-0.6, 0.6) * depth,
    // One in eight is brighter than the liver, and less so.
    change: chance.next() < 1 / 8 ? darker / 2 : -darker,
    texture: chance.between(0.2, 1),
  };
}

/** Radius so many slices away, as a share of the one in the slice itself; 0 beyond the lesion. */
function extentOf({ depth, middle }: LesionShape, away: number): number {
  const square = (slices: number): number => 1 - ((slices - middle) / depth) ** 2;
  return Math.sqrt(Math.max(0, square(away)) / square(0));
}

/** How much of a pixel is lesion, 0 to 1: half at the edge. */
function presenceAt(shape: LesionShape, dx: number, dy: number): number {
  const along = dx * Math.cos(shape.turn) + dy * Math.sin(shape.turn);
  const across = (dy * Math.cos(shape.turn) - dx * Math.sin(shape.turn)) / shape.ratio;
  const angle = Math.atan2(across, along);
  const edge = shape.waves.reduce(
    (sum, { size, phase }, index) => sum + size * Math.cos((index + 2) * angle + phase),
    1,
  );
  const inside = shape.radius * edge - Math.hypot(along, across);
  return Math.min(1, Math.max(0, 0.5 + inside / (2 * shape.softness)));
}

/** Visits the pixels of a square around a lesion that are within the image. */
function around(
  { x, y, radius, ratio, softness }: LesionShape,
  size: number,
  visit: (at: number, dx: number, dy: number) => void,
): void {
  const reach = Math.ceil((1.5 * radius) / ratio + softness);
  for (let row = Math.max(0, y - reach); row <= Math.min(size - 1, y + reach); row++) {
    for (let column = Math.max(0, x - reach); column <= Math.min(size - 1, x + reach); column++) {
      visit(row * size + column, column - x, row - y);
    }
  }
}

/** Changes the greys of all windows alike, where there is liver or tumour. */
function paint(
  bytes: Uint8Array,
  {
    shape,
    away,
    classes,
    size,
  }: {
    readonly shape: LesionShape;
    readonly away: number;
    readonly classes: Uint8Array;
    readonly size: number;
  },
): void {
  const extent = extentOf(shape, away);
  if (extent === 0) return;
  const pixels = size * size;
  const cut = { ...shape, radius: shape.radius * extent };
  const ground = meanAround(bytes.subarray(pixels, 2 * pixels), { shape: cut, classes, size });
  const histogram = histogramGreys(bytes, { classes, pixels });
  around(cut, size, (at, dx, dy) => {
    if (classes[at] < liver) return;
    const presence = presenceAt(cut, dx, dy);
    if (presence === 0) return;
    const before = bytes[pixels + at];
    const lesion = ground + (before - ground) * shape.texture + shape.change / huPerGrey;
    const after = Math.min(255, Math.max(0, before + (lesion - before) * presence));
    bytes[pixels + at] = after;
    const hu = customBlack + after * huPerGrey;
    const inLiver = ((hu - liverBlack) / (liverWhite - liverBlack)) * 255;
    bytes[at] = Math.min(255, Math.max(0, inLiver));
    const third = bytes[2 * pixels + at] + histogram[after | 0] - histogram[before];
    bytes[2 * pixels + at] = Math.min(255, Math.max(0, third));
  });
}

/** Mean grey of the liver where a lesion will be. */
function meanAround(
  greys: Uint8Array,
  {
    shape,
    classes,
    size,
  }: { readonly shape: LesionShape; readonly classes: Uint8Array; readonly size: number },
): number {
  let sum = 0;
  let count = 0;
  around(shape, size, (at) => {
    if (classes[at] !== liver) return;
    sum += greys[at];
    count++;
  });
  return count === 0 ? 128 : sum / count;
}

/** The histogram window's grey for each of the custom window's, as the slice itself has them. */
function histogramGreys(
  bytes: Uint8Array,
  { classes, pixels }: { readonly classes: Uint8Array; readonly pixels: number },
): Float32Array {
  const sums = new Float32Array(256);
  const counts = new Float32Array(256);
  for (let at = 0; at < pixels; at++) {
    // Elsewhere air and bone, which the custom window cuts, would mislead.
    if (classes[at] < liver && (bytes[pixels + at] === 0 || bytes[pixels + at] === 255)) continue;
    sums[bytes[pixels + at]] += bytes[2 * pixels + at];
    counts[bytes[pixels + at]]++;
  }
  let last = 0;
  return sums.map((sum, grey) => {
    if (counts[grey] > 0) last = sum / counts[grey];
    return last;
  });
}

/** What is more than half lesion, and was liver, is tumour now. */
function label(
  classes: Uint8Array,
  { shape, size }: { readonly shape: LesionShape; readonly size: number },
): void {
  around(shape, size, (at, dx, dy) => {
    if (classes[at] === liver && presenceAt(shape, dx, dy) > 0.5) classes[at] = tumour;
  });
}
