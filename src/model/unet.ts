import { concat, type Value } from "../onnx/index.ts";
import { convBlock, residualBlock, stack } from "./blocks.ts";
import { convolution, upConv } from "./layers.ts";
import type { Builder, Network } from "./parameters.ts";
import {
  requireDivisible,
  requireNetwork,
  type Stage,
  stagesOf,
  type UnetSettings,
} from "./unet-settings.ts";

/**
 * The modern U-Net, in 2D or 3D as its image is: strided convolutions down, transposed ones up, skips
 * by concatenation; convolution – instance norm – leaky ReLU throughout, the encoder on request of
 * residual blocks. Kernels and strides may differ by axis, as thick slices want. Layer for layer
 * nnU-Net's PlainConvUNet and ResidualEncoderUNet. [n, channels, …] → logits [n, classes, …].
 *
 * @throws `model.invalid` when the settings describe no network; `graph.shape` when the image's size
 *   is not a multiple of the strides' products, or has another rank than they have
 * @see Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28; Isensee et al. 2021,
 *   doi:10.1038/s41592-020-01008-z; Isensee et al. 2024, arXiv:2404.09556 (residual encoder)
 */
export function unet(settings: UnetSettings): Network {
  requireNetwork(settings);
  const { classes, encoder = "plain", upBias = true, deepSupervision = false } = settings;
  return (x, builder) => {
    const stages = stagesOf(settings, x.shape.length - 2);
    requireDivisible(x, stages);
    const skips = encoders[encoder](x, builder, stages);
    const decoded = decode(skips, builder, { stages, upBias });
    const seen = deepSupervision && builder.mode === "train" ? decoded : decoded.slice(0, 1);
    return seen.map((value, depth) => {
      const name = depth === 0 ? "head" : `heads.${depth}`;
      return convolution(value, builder, { name, channels: classes, bias: true });
    });
  };
}

/** What an encoder gives at each stage, full resolution first. */
type Encoder = (x: Value, builder: Builder, stages: readonly Stage[]) => Value[];

const encoders: { readonly [Kind in NonNullable<UnetSettings["encoder"]>]: Encoder } = {
  plain: (x, builder, stages) => encode(x, builder, { stages, block: convBlock }),
  residual(x, builder, stages) {
    const stem = { ...stages[0], name: "stem", stride: ones(stages[0]) };
    return encode(convBlock(x, builder, stem), builder, { stages, block: residualBlock });
  },
};

function encode(
  x: Value,
  builder: Builder,
  { stages, block }: { readonly stages: readonly Stage[]; readonly block: typeof convBlock },
): Value[] {
  let at = x;
  return stages.map((stage, depth) => {
    at = stack(at, builder, { ...stage, name: `encoder.${depth}`, block, count: stage.blocks });
    return at;
  });
}

/** What the decoder gives at each stage, full resolution first. */
function decode(
  skips: readonly Value[],
  builder: Builder,
  { stages, upBias }: { readonly stages: readonly Stage[]; readonly upBias: boolean },
): Value[] {
  let at = skips[skips.length - 1];
  const decoded: Value[] = [];
  for (let depth = stages.length - 2; depth >= 0; depth--) {
    const stage = stages[depth];
    const up = upConv(at, builder, {
      name: `up.${depth}`,
      channels: stage.channels,
      stride: stages[depth + 1].stride,
      bias: upBias,
    });
    at = stack(concat([up, skips[depth]], 1), builder, {
      ...stage,
      name: `decoder.${depth}`,
      stride: ones(stage),
      block: convBlock,
      count: stage.decoderBlocks,
    });
    decoded.unshift(at);
  }
  return decoded;
}

const ones = ({ stride }: Stage): number[] => stride.map(() => 1);
