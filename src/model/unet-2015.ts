import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { concat, leakyRelu, type Value } from "../onnx/index.ts";
import { convolution, cropCentre, maxPool, upConv } from "./layers.ts";
import type { Network } from "./parameters.ts";
import { commonSettings, count } from "./settings.ts";

/** The U-Net of the paper, at any width. */
export const unet2015Schema = z.strictObject({
  architecture: z.literal("unet2015"),
  ...commonSettings,
  /** Channels of each stage; the paper's are 64, 128, 256, 512, 1024. */
  widths: z.array(count).min(2).readonly(),
});

export type Unet2015Settings = z.infer<typeof unet2015Schema>;

const unpadded = { kernel: [3, 3], padding: [0, 0], bias: true, slopeAfter: 0 };

/**
 * Ronneberger's network as it was drawn: two unpadded 3 × 3 convolutions with ReLU a stage, 2 × 2
 * max pooling down, 2 × 2 up-convolutions, skips cropped to fit. [n, channels, h, w] → logits of a
 * smaller middle: 572 × 572 → 388 × 388.
 *
 * @throws `model.invalid` with fewer than two widths; `graph.shape` when a stage cannot be halved or
 *   nothing is left of the image
 * @see Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28, figure 1
 */
export function unet2015({ classes, widths }: Unet2015Settings): Network {
  if (widths.length < 2) {
    throw new HeparError("model.invalid", `a U-Net needs two or more widths, got [${widths}]`);
  }
  return (x, builder) => {
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
}
