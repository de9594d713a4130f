import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { concat, leakyRelu, type Value } from "../onnx/index.ts";
import { convolution, cropCentre, maxPool, upConv } from "./layers.ts";
import { mirrorBorders } from "./mirror.ts";
import type { Network } from "./parameters.ts";
import { commonSettings, count } from "./settings.ts";

/** The U-Net of the paper, at any width. */
export const unet2015Schema = z.strictObject({
  architecture: z.literal("unet2015"),
  ...commonSettings,
  /** Channels of each stage; the paper's are 64, 128, 256, 512, 1024. */
  widths: z.array(count).min(2).readonly(),
  /**
   * Whether images are continued by their mirror image (the paper's overlap-tile), so that logits are
   * as large as the image. Default: false.
   */
  mirrored: z.boolean().optional(),
});

export type Unet2015Settings = z.infer<typeof unet2015Schema>;

const unpadded = { kernel: [3, 3], padding: [0, 0], bias: true, slopeAfter: 0 };

/**
 * Ronneberger's network as it was drawn: two unpadded 3 × 3 convolutions with ReLU a stage, 2 × 2
 * max pooling down, 2 × 2 up-convolutions, skips cropped to fit. [n, channels, h, w] → logits of a
 * smaller middle: 572 × 572 → 388 × 388; of the whole image where it is mirrored.
 *
 * @throws `model.invalid` with fewer than two widths; `graph.shape` when a stage cannot be halved or
 *   nothing is left of the image
 * @see Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28, figure 1
 */
export function unet2015({ classes, widths, mirrored }: Unet2015Settings): Network {
  if (widths.length < 2) {
    throw new HeparError("model.invalid", `a U-Net needs two or more widths, got [${widths}]`);
  }
  const asDrawn: Network = (x, builder) => {
    const pair = (from: Value, name: string, channels: number): Value =>
      [0, 1].reduce((value, index) => {
        const settings = { ...unpadded, name: `${name}.${index}`, channels };
        return leakyRelu(convolution(value, builder, settings), 0);
      }, from);
    const skips: Value[] = [];
    let at = x;
    widths.forEach((channels, depth) => {
      const pool = { name: `pool.${depth}`, stride: [2, 2] };
      at = pair(depth === 0 ? at : maxPool(at, builder, pool), `encoder.${depth}`, channels);
      skips.push(at);
    });
    for (let depth = widths.length - 2; depth >= 0; depth--) {
      const channels = widths[depth];
      const up = upConv(at, builder, { name: `up.${depth}`, channels, stride: [2, 2] });
      const skip = cropCentre(skips[depth], up.shape.slice(2));
      at = pair(concat([skip, up], 1), `decoder.${depth}`, channels);
    }
    return [convolution(at, builder, { name: "head", channels: classes, bias: true })];
  };
  return mirrored ? onMirrored(asDrawn, widths.length) : asDrawn;
}

/** Gives a network the borders that it needs to label all of an image. */
const onMirrored =
  (network: Network, stages: number): Network =>
  (x, builder) => {
    const spatial = x.shape.slice(2);
    const borders = spatial.map((size) => {
      const missing = sizeSeen(size, stages) - size;
      return { before: missing >> 1, after: missing - (missing >> 1) };
    });
    const outputs = network(mirrorBorders(x, borders), builder);
    return outputs.map((logits) => cropCentre(logits, spatial));
  };

/**
 * The smallest image whose logits are as large as wanted. From b pixels at the bottom, each stage up
 * gives 2b − 4; each stage down came from 2(b + 4), and its own pair took 4 more.
 */
function sizeSeen(wanted: number, stages: number): number {
  const factor = 2 ** (stages - 1);
  const bottom = Math.max(1, Math.ceil((wanted + 4 * (factor - 1)) / factor));
  return factor * (bottom + 4) + 4 * (factor - 1);
}
