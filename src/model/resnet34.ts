import { HeparError } from "../core/index.ts";
import {
  add,
  greater,
  leakyRelu,
  pad,
  slice,
  sliceAxis,
  type Value,
  where,
} from "../onnx/index.ts";
import { batchNorm } from "./batch-norm.ts";
import type { Layer } from "./layer.ts";
import { type ConvSettings, convolution } from "./layers.ts";
import type { Builder } from "./parameters.ts";

/** Blocks of layer1 … layer4: what makes a ResNet a 34. */
const blocks = [3, 4, 6, 3];

export interface Resnet34Settings {
  /** Before every tensor's name. */
  readonly name: string;
  /** Channels of the stem; torchvision's are 64. */
  readonly width: number;
}

/** What ResNet-34 sees, coarser and coarser: 1/2, 1/4, 1/8, 1/16 and 1/32 of the image's size. */
export type Resnet34Features = readonly [
  stem: Value,
  layer1: Value,
  layer2: Value,
  layer3: Value,
  layer4: Value,
];

/**
 * ResNet-34 without its classifier, layer for layer and name for name as torchvision's:
 * [n, c, h, w] → features with width · 1, 1, 2, 4 and 8 channels.
 *
 * @throws `graph.shape` when h or w is not a multiple of 32
 * @see He, K. et al. 2016, doi:10.1109/CVPR.2016.90; torchvision, models/resnet.py
 */
export function resnet34(
  x: Value,
  builder: Builder,
  { name, width }: Resnet34Settings,
): Resnet34Features {
  requireDivisible(x);
  const stem = relu(
    convNorm(x, builder, {
      name: `${name}.conv1`,
      norm: `${name}.bn1`,
      channels: width,
      kernel: [7, 7],
      stride: [2, 2],
    }),
  );
  let at = maxPool3(stem);
  const [layer1, layer2, layer3, layer4] = blocks.map((count, stage) => {
    for (let index = 0; index < count; index++) {
      const step = stage > 0 && index === 0 ? 2 : 1;
      at = basicBlock(at, builder, {
        name: `${name}.layer${stage + 1}.${index}`,
        channels: width * 2 ** stage,
        stride: [step, step],
      });
    }
    return at;
  });
  return [stem, layer1, layer2, layer3, layer4];
}

function requireDivisible({ shape: [, , ...spatial] }: Value): void {
  if (spatial.length === 2 && spatial.every((size) => size % 32 === 0)) return;
  throw new HeparError(
    "graph.shape",
    `ResNet-34 takes 2D images whose sizes are multiples of 32, got ${spatial.join(" × ")}`,
    { hint: "choose another image size" },
  );
}

export const relu = (x: Value): Value => leakyRelu(x, 0);

/** Two 3 × 3 convolutions beside a shortcut. */
const basicBlock: Layer<Required<Pick<ConvSettings, "name" | "channels" | "stride">>> = (
  x,
  builder,
  { name, channels, stride },
) => {
  const conv = (from: Value, part: 1 | 2, step?: readonly number[]): Value =>
    convNorm(from, builder, {
      name: `${name}.conv${part}`,
      norm: `${name}.bn${part}`,
      channels,
      kernel: [3, 3],
      ...(step === undefined ? {} : { stride: step }),
    });
  const changes = conv(relu(conv(x, 1, stride)), 2);
  const shortcut =
    x.shape[1] === channels
      ? x
      : convNorm(x, builder, {
          name: `${name}.downsample.0`,
          norm: `${name}.downsample.1`,
          channels,
          stride,
        });
  return relu(add(changes, shortcut));
};

/** A convolution without bias, then batch norm under a name of its own. */
const convNorm: Layer<ConvSettings & { readonly norm: string }> = (
  x,
  builder,
  { norm, ...settings },
) => batchNorm(convolution(x, builder, { ...settings, slopeAfter: 0 }), builder, { name: norm });

/**
 * The largest of each 3 × 3 window around every second pixel: [n, c, h, w] → [n, c, h/2, w/2]. Zeros
 * stand around the image, which change nothing where x is 0 or more, as it is after ReLU.
 */
const maxPool3 = (x: Value): Value => largestOfThree(largestOfThree(x, 2), 3);

/** max(x[2i − 1], x[2i], x[2i + 1]) along one axis of even size. */
function largestOfThree(x: Value, axis: number): Value {
  const size = x.shape[axis] / 2;
  const everySecond = (start: number): Value =>
    slice(x, {
      starts: x.shape.map((_, other) => (other === axis ? start : 0)),
      sizes: x.shape.with(axis, size),
      steps: x.shape.map((_, other) => (other === axis ? 2 : 1)),
    });
  const odd = everySecond(1);
  const oddBefore = pad(sliceAxis(odd, axis, { start: 0, size: size - 1 }), {
    before: x.shape.map((_, other) => (other === axis ? 1 : 0)),
    after: x.shape.map(() => 0),
  });
  return larger(larger(everySecond(0), odd), oddBefore);
}

const larger = (a: Value, b: Value): Value => where(greater(a, b), a, b);
