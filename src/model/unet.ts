import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { concat, type Value } from "../onnx/index.ts";
import { convBlock, pointwise, upConv } from "./layers.ts";
import type { Network } from "./parameters.ts";
import { commonSettings, count } from "./settings.ts";

/** A U-Net's shape: its stages' widths are its depth. */
export const unetSchema = z.strictObject({
  architecture: z.literal("unet"),
  ...commonSettings,
  /** Channels of each encoder stage, full resolution first. */
  widths: z.array(count).min(2).readonly(),
  /** Convolutions a stage, in encoder and decoder. */
  convolutions: count,
  /** Kernel of each stage, one size an axis, odd. Default: 3 on every axis. */
  kernels: z.array(z.array(count).readonly()).readonly().optional(),
  /** How each stage shrinks the one before it, one factor an axis. Default: 2, the first stage 1. */
  strides: z.array(z.array(count).readonly()).readonly().optional(),
});

export type UnetSettings = z.infer<typeof unetSchema>;

/**
 * The modern U-Net, in 2D or 3D as its image is: strided convolutions down, transposed ones up, skips
 * by concatenation; convolution – instance norm – leaky ReLU throughout. Kernels and strides may
 * differ by axis, as thick slices want. [n, channels, …] → logits [n, classes, …].
 *
 * @throws `model.invalid` when the settings describe no network; `graph.shape` when the image's size
 *   is not a multiple of the strides' products, or has another rank than they have
 * @see Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28; Isensee et al. 2021,
 *   doi:10.1038/s41592-020-01008-z
 */
export function unet(settings: UnetSettings): Network {
  requireNetwork(settings);
  const { classes, widths, convolutions } = settings;
  return (x, builder) => {
    const stages = stagesOf(settings, x.shape.length - 2);
    requireDivisible(x, stages);
    const ones = stages[0].kernel.map(() => 1);
    const block = (from: Value, name: string, { channels, kernel, stride }: Stage): Value => {
      let result = from;
      for (let index = 0; index < convolutions; index++) {
        result = convBlock(result, builder, {
          name: `${name}.${index}`,
          channels,
          kernel,
          stride: index === 0 ? stride : ones,
        });
      }
      return result;
    };

    const skips: Value[] = [];
    let at = x;
    stages.forEach((stage, depth) => {
      at = block(at, `encoder.${depth}`, stage);
      skips.push(at);
    });
    for (let depth = widths.length - 2; depth >= 0; depth--) {
      const channels = widths[depth];
      const { stride } = stages[depth + 1];
      const up = upConv(at, builder, { name: `up.${depth}`, channels, stride });
      const joined = concat([up, skips[depth]], 1);
      at = block(joined, `decoder.${depth}`, { ...stages[depth], stride: ones });
    }
    return [pointwise(at, builder, { name: "head", channels: classes })];
  };
}

interface Stage {
  readonly channels: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
}

function requireNetwork({ classes, widths, convolutions, kernels, strides }: UnetSettings): void {
  const invalid = (message: string): never => {
    throw new HeparError("model.invalid", message);
  };
  if (widths.length < 2 || [...widths, classes, convolutions].some((size) => !(size >= 1))) {
    invalid(`a U-Net needs two or more widths, each 1 or more, got [${widths.join(", ")}]`);
  }
  if (kernels?.flat().some((size) => size % 2 !== 1)) {
    invalid(`kernels are odd, so that they have a middle, got [${kernels.join("], [")}]`);
  }
  for (const list of [kernels, strides]) {
    if (list !== undefined && list.length !== widths.length) {
      invalid(`${widths.length} stages need as many kernels and strides, got ${list.length}`);
    }
  }
}

function stagesOf({ widths, kernels, strides }: UnetSettings, rank: number): readonly Stage[] {
  return widths.map((channels, depth) => {
    const kernel = kernels?.[depth] ?? Array<number>(rank).fill(3);
    const stride = strides?.[depth] ?? Array<number>(rank).fill(depth === 0 ? 1 : 2);
    if (kernel.length === rank && stride.length === rank) return { channels, kernel, stride };
    throw new HeparError(
      "graph.shape",
      `stage ${depth} has kernel [${kernel}] and stride [${stride}] for an image of ${rank} axes`,
    );
  });
}

function requireDivisible({ shape }: Value, stages: readonly Stage[]): void {
  const spatial = shape.slice(2);
  const factors = spatial.map((_, axis) =>
    stages.reduce((product, { stride }) => product * stride[axis], 1),
  );
  if (spatial.every((size, axis) => size % factors[axis] === 0)) return;
  throw new HeparError(
    "graph.shape",
    `a U-Net of ${stages.length} stages takes sizes that are multiples of ${[...new Set(factors)].join(" × ")}, got ${spatial.join(" × ")}`,
    { hint: "choose another image size, or fewer stages" },
  );
}
