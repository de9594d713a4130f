import { HeparError } from "../core/index.ts";
import { concat, type Value } from "../onnx/index.ts";
import { convBlock, pointwise, upConv } from "./layers.ts";
import type { Network, Parameters } from "./parameters.ts";

/** A U-Net's shape: its stages' widths are its depth. */
export interface UnetSettings {
  readonly architecture: "unet";
  /** Channels of the input image. */
  readonly channels: number;
  /** Output classes, background included. */
  readonly classes: number;
  /** Channels of each encoder stage, full resolution first; each next one has half the size. */
  readonly widths: readonly number[];
  /** Convolutions a stage, in encoder and decoder. */
  readonly convolutions: number;
}

/**
 * The modern 2D U-Net: strided convolutions down, transposed ones up, skips by concatenation;
 * convolution – instance norm – leaky ReLU throughout. [n, channels, h, w] → logits
 * [n, classes, h, w].
 *
 * @throws `model.invalid` when the settings describe no network; `graph.shape` when h or w is not a
 *   multiple of 2^(stages − 1)
 * @see Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28; Isensee et al. 2021,
 *   doi:10.1038/s41592-020-01008-z
 */
export function unet({ classes, widths, convolutions }: UnetSettings): Network {
  if (widths.length < 2 || [...widths, classes, convolutions].some((size) => !(size >= 1))) {
    throw new HeparError(
      "model.invalid",
      `a U-Net needs two or more widths, each 1 or more, got [${widths.join(", ")}]`,
    );
  }
  const kernel = [3, 3];
  const stage = (x: Value, parameters: Parameters, settings: Stage): Value => {
    let result = x;
    for (let index = 0; index < convolutions; index++) {
      result = convBlock(result, parameters, {
        name: `${settings.name}.${index}`,
        channels: settings.channels,
        kernel,
        stride: index === 0 ? settings.stride : [1, 1],
      });
    }
    return result;
  };

  return (x, parameters) => {
    requireDivisible(x, widths.length);
    const skips: Value[] = [];
    let at = x;
    widths.forEach((channels, depth) => {
      const stride = depth === 0 ? [1, 1] : [2, 2];
      at = stage(at, parameters, { name: `encoder.${depth}`, channels, stride });
      skips.push(at);
    });
    for (let depth = widths.length - 2; depth >= 0; depth--) {
      const channels = widths[depth];
      const up = upConv(at, parameters, { name: `up.${depth}`, channels, stride: [2, 2] });
      at = stage(concat([up, skips[depth]], 1), parameters, {
        name: `decoder.${depth}`,
        channels,
        stride: [1, 1],
      });
    }
    return pointwise(at, parameters, { name: "head", channels: classes });
  };
}

interface Stage {
  readonly name: string;
  readonly channels: number;
  readonly stride: readonly number[];
}

function requireDivisible({ shape }: Value, stages: number): void {
  const factor = 2 ** (stages - 1);
  if (shape.slice(2).every((size) => size % factor === 0)) return;
  throw new HeparError(
    "graph.shape",
    `a U-Net with ${stages} stages takes sizes that are multiples of ${factor}, got ${shape.slice(2).join(" × ")}`,
    { hint: "choose another image size, or fewer stages" },
  );
}
