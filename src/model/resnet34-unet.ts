import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { add, concat, constant, mul, reshape, transpose, type Value } from "../onnx/index.ts";
import { batchNorm } from "./batch-norm.ts";
import type { Layer } from "./layer.ts";
import { convolution } from "./layers.ts";
import type { Network } from "./parameters.ts";
import { relu, resnet34 } from "./resnet34.ts";
import { commonSettings, count } from "./settings.ts";

/** The U-Net on a ResNet-34. */
export const resnet34UnetSchema = z.strictObject({
  architecture: z.literal("resnet34-unet"),
  ...commonSettings,
  /** Channels of the encoder's stem. Default: torchvision's 64, the only one whose weights fit. */
  width: count.optional(),
  /**
   * Whether images, −1 to 1, are first brought to the mean and deviation of ImageNet's, which
   * torchvision's weights know. Default: false.
   */
  imageNet: z.boolean().optional(),
});

export type Resnet34UnetSettings = z.infer<typeof resnet34UnetSchema>;

/**
 * The notebooks' network: a ResNet-34 encoder under the decoder of fastai's `unet_learner`, layer for
 * layer its DynamicUnet with its default settings. Upsampling is a 1 × 1 convolution whose channels
 * become pixels; skips, taken of the stem and of layer1 … layer3, pass a batch norm of their own; at
 * full resolution the image itself is joined on, and a residual block has the last word.
 * [n, channels, h, w] → logits [n, classes, h, w].
 *
 * @throws `model.invalid` when ImageNet's colours are asked for of an image without three channels;
 *   later `graph.shape` when h or w is not a multiple of 32
 * @see fastai 2.8.12, vision/models/unet.py and layers.py; Howard & Gugger 2020,
 *   doi:10.3390/info11020108
 */
export function resnet34Unet(settings: Resnet34UnetSettings): Network {
  const { channels, classes, width = 64, imageNet = false } = settings;
  if (imageNet && channels !== 3) {
    throw new HeparError("model.invalid", `ImageNet's images have 3 channels, not ${channels}`);
  }
  return (x, builder) => {
    const image = imageNet ? asImageNet(x) : x;
    const [stem, layer1, layer2, layer3, layer4] = resnet34(image, builder, {
      name: "encoder",
      width,
    });
    let at = relu(batchNorm(layer4, builder, { name: "middle.norm", biasStart }));
    at = convRelu(at, builder, { name: "middle.0", channels: 16 * width });
    at = convRelu(at, builder, { name: "middle.1", channels: 8 * width });
    for (const [depth, skip] of [layer3, layer2, layer1, stem].entries()) {
      const isLast = depth === 3;
      at = decoderBlock(at, builder, { name: `decoder.${depth}`, skip, isLast });
    }
    at = pixelShuffle(at, builder, { name: "full.up", channels: at.shape[1] });
    at = residualBlock(concat([at, image], 1), builder, { name: "full" });
    return [convolution(at, builder, { name: "head", channels: classes, bias: true })];
  };
}

/** What fastai's batch norms start with. */
const biasStart = 1e-3;

const imageNetMean = [0.485, 0.456, 0.406];
const imageNetDeviation = [0.229, 0.224, 0.225];

/** ((x + 1) / 2 − mean) / deviation, as x · gain + offset. */
function asImageNet(x: Value): Value {
  const perChannel = (numbers: readonly number[]): Value => constant(numbers, [1, 3, 1, 1]);
  const gain = imageNetDeviation.map((deviation) => 0.5 / deviation);
  const offset = imageNetDeviation.map(
    (deviation, channel) => (0.5 - imageNetMean[channel]) / deviation,
  );
  return add(mul(x, perChannel(gain)), perChannel(offset));
}

/** A padded convolution with bias, ReLU. */
const convRelu: Layer<{
  readonly name: string;
  readonly channels: number;
  /** Default: 3. */
  readonly size?: number;
  /** See `Initialiser`. */
  readonly alike?: number;
}> = (x, builder, { size = 3, ...settings }) =>
  relu(convolution(x, builder, { ...settings, kernel: [size, size], bias: true, slopeAfter: 0 }));

/**
 * Twice the size: [n, c, h, w] → [n, channels, 2h, 2w]. Each block of 2 × 2 pixels is four channels
 * of a 1 × 1 convolution, which start alike, so that no chequerboard is there to be unlearned (ICNR).
 *
 * @see Shi et al. 2016, arXiv:1609.05158; Aitken et al. 2017, arXiv:1707.02937
 */
const pixelShuffle: Layer<{ readonly name: string; readonly channels: number }> = (
  x,
  builder,
  { name, channels },
) => {
  const [batch, , height, width] = x.shape;
  const four = convRelu(x, builder, { name, channels: 4 * channels, size: 1, alike: 4 });
  // [n, c, y, x, h, w] → [n, c, h, y, w, x]
  const apart = reshape(four, [batch, channels, 2, 2, height, width]);
  return reshape(transpose(apart, [0, 1, 4, 2, 5, 3]), [batch, channels, 2 * height, 2 * width]);
};

/** Upsampled to half the channels, joined with a skip, two convolutions. */
const decoderBlock: Layer<{
  readonly name: string;
  readonly skip: Value;
  /** The last block halves its channels. */
  readonly isLast: boolean;
}> = (x, builder, { name, skip, isLast }) => {
  const up = pixelShuffle(x, builder, { name: `${name}.up`, channels: x.shape[1] / 2 });
  const seen = batchNorm(skip, builder, { name: `${name}.norm`, biasStart });
  const joined = relu(concat([up, seen], 1));
  const channels = isLast ? Math.floor(joined.shape[1] / 2) : joined.shape[1];
  const first = convRelu(joined, builder, { name: `${name}.0`, channels });
  return convRelu(first, builder, { name: `${name}.1`, channels });
};

/** Two convolutions beside a shortcut, the sum through ReLU. */
const residualBlock: Layer<{ readonly name: string }> = (x, builder, { name }) => {
  const channels = x.shape[1];
  const first = convRelu(x, builder, { name: `${name}.0`, channels });
  const second = convolution(first, builder, {
    name: `${name}.1`,
    channels,
    kernel: [3, 3],
    bias: true,
  });
  return relu(add(second, x));
};
