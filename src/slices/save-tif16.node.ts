import { histogramWords } from "./histogram-words.ts";
import { writePicture } from "./picture.node.ts";

/**
 * Writes each voxel's place among the histogram's breaks as a grey TIFF of 16 bits, compressed without
 * loss, whole or not at all.
 *
 * The path is taken as it is (fastai puts `.tif` in place of its ending).
 *
 * @param slice - HU, height × width
 * @param options.bins, options.white - as `histogramWords` takes them
 * @throws `output.full`, `output.unwritable`
 * @see fastai `save_tif16`: the same values with `white: "wraps"`
 */
export async function saveTif16(
  path: string,
  slice: Int16Array | Float32Array,
  options: {
    readonly width: number;
    readonly height: number;
    readonly bins?: ArrayLike<number>;
    readonly white?: "65535" | "wraps";
  },
): Promise<void> {
  const { width, height } = options;
  const pixels = histogramWords(slice, options);
  const lossless = { format: "tiff16", quality: 100, chroma: "4:4:4" } as const;
  await writePicture(path, { width, height, channels: 1, pixels }, lossless);
}
