import type { Random } from "../../core/index.ts";
import type { TrainingSlice } from "../training-slice.ts";
import type { Augmentation } from "./augmentation.ts";
import { blur } from "./blur.ts";
import { coordinatesOf, drawGeometry, locate } from "./geometry.ts";
import { greyTables } from "./grey.ts";
import { lesionPainterOf } from "./lesions.ts";
import { lowerResolution } from "./low-resolution.ts";
import { addNoise } from "./noise.ts";
import { classesAt, greysAt } from "./warp.ts";

/** Where an augmented slice goes in a batch. */
export interface BatchPlace {
  /** [n, channels, size, size], filled with the network's input (−1 to 1). */
  readonly images: Float32Array;
  /** [n, size, size] */
  readonly labels: Uint8Array;
  readonly index: number;
}

/** Writes a slice, changed by chance, into its place of a batch. One at a time. */
export type Augmenter = (
  slice: TrainingSlice,
  place: BatchPlace,
  options: { readonly random: Random },
) => void;

/**
 * What makes the changes that the settings allow to slices of one size, with the working memory it
 * needs. All channels of a slice and its neighbours move together and its labels with them, by
 * nearest neighbour; outside, labels are background and images repeat their edge. A window's greys
 * change alike in all neighbours.
 *
 * @returns a function that gives the same bits for the same `random`, whatever it did before
 */
export function augmenterOf(
  settings: Augmentation,
  { size }: { readonly size: number },
): Augmenter {
  const pixels = size * size;
  const room = coordinatesOf(size);
  const spare = new Float32Array(pixels);
  const withLesions = lesionPainterOf(settings.lesions, { size });
  return (slice, { images, labels, index }, { random }) => {
    const { slices, classes } = withLesions(slice, random.fork("lesions"));
    const geometry = drawGeometry(settings, { size, random: random.fork("geometry") });
    const coordinates = geometry === undefined ? undefined : locate(geometry, room);
    const tables = greyTables(settings, random.fork("grey"));
    const length = slices.length * tables.length * pixels;
    const image = images.subarray(index * length, (index + 1) * length);
    let to = 0;
    for (const each of slices) {
      for (const [window, table] of tables.entries()) {
        const bytes = each.subarray(window * pixels, (window + 1) * pixels);
        greysAt(bytes, { table, coordinates, into: image.subarray(to, to + pixels) });
        to += pixels;
      }
    }
    const into = labels.subarray(index * pixels, (index + 1) * pixels);
    classesAt(classes, { coordinates, into });
    blur(image, { settings: settings.blur, random: random.fork("blur"), size, spare });
    const seen = { settings: settings.lowResolution, random: random.fork("low resolution") };
    lowerResolution(image, { ...seen, size, spare });
    addNoise(image, { settings: settings.noise, random: random.fork("noise") });
  };
}
