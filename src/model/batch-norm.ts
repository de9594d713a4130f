import { HeparError } from "../core/index.ts";
import { add, div, mul, reduceMean, reshape, sqrt, sub, type Value } from "../onnx/index.ts";
import { layer } from "./layer.ts";
import type { Builder } from "./parameters.ts";

/** As PyTorch's BatchNorm2d. */
const epsilon = 1e-5;
/** How much of a running statistic each step replaces. */
const momentum = 0.1;

export interface BatchNormSettings {
  readonly name: string;
  /** What the bias starts at. Default: 0. */
  readonly biasStart?: number;
}

/**
 * Batch norm: each channel to mean 0 and variance 1, then · weight + bias; [n, c, …], same shape.
 *
 * "train" takes mean and variance (biased) of the batch, over n and space, and keeps running ones,
 * `<name>.running_mean` and `<name>.running_var` (of the unbiased variance, as PyTorch); "eval" takes
 * the running ones.
 *
 * @throws `graph.shape` in "train" when a channel has a single number, which has no variance
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167
 */
export const batchNorm = layer<BatchNormSettings>((x, builder, { name, biasStart = 0 }) => {
  const [, channels, ...spatial] = x.shape;
  const perChannel = [1, channels, ...spatial.map(() => 1)];
  const parameter = (part: string, value: number): Value =>
    reshape(
      builder.parameter(`${name}.${part}`, [channels], {
        start: { kind: "constant", value },
        decays: false,
      }),
      perChannel,
    );
  const scale = parameter("weight", 1);
  const bias = parameter("bias", biasStart);
  const statistics: Statistics = {
    mean: builder.statistic(`${name}.running_mean`, [channels], 0),
    variance: builder.statistic(`${name}.running_var`, [channels], 1),
  };
  const gainOf = (variance: Value): Value => div(scale, sqrt(add(variance, epsilon)));
  if (builder.mode === "eval") {
    // y = x · gain + offset, one number a channel each: constants of an exported network.
    const gain = gainOf(reshape(statistics.variance, perChannel));
    const offset = sub(bias, mul(reshape(statistics.mean, perChannel), gain));
    return add(mul(x, gain), offset);
  }
  // As fast as x · gain + offset (measured), and better rounded where the mean is large.
  const { centred, variance } = normedBy(x, builder, { name, statistics });
  return add(mul(centred, gainOf(variance)), bias);
});

interface Statistics {
  readonly mean: Value;
  readonly variance: Value;
}

/** The batch without its mean, and its variance, [1, c, …]; the running statistics follow both. */
function normedBy(
  x: Value,
  builder: Builder,
  { name, statistics }: { readonly name: string; readonly statistics: Statistics },
): { centred: Value; variance: Value } {
  const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const numbers = axes.reduce((product, axis) => product * x.shape[axis], 1);
  if (numbers < 2) {
    throw new HeparError(
      "graph.shape",
      "batch norm trains on two numbers a channel or more, got 1",
      {
        hint: "train with a larger batch, or larger images",
      },
    );
  }
  const mean = reduceMean(x, axes);
  const centred = sub(x, mean);
  const variance = reduceMean(mul(centred, centred), axes);
  const follow = (running: Value, seen: Value): Value =>
    add(mul(running, 1 - momentum), mul(reshape(seen, running.shape), momentum));
  const unbiased = mul(variance, numbers / (numbers - 1));
  builder.update(`${name}.running_mean`, follow(statistics.mean, mean));
  builder.update(`${name}.running_var`, follow(statistics.variance, unbiased));
  return { centred, variance };
}
