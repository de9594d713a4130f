import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, randomFrom } from "../../core/index.ts";
import { bestTarget } from "../best-target.node.ts";
import {
  encodeModel,
  evaluate,
  gradient,
  inOrder,
  lower,
  plainTarget,
  type Shape,
  sizeOf,
  type Target,
  type Value,
} from "../index.ts";
import * as ops from "../ops.ts";
import { channelShape } from "../planes.ts";
import { openSession } from "../session.node.ts";

const block = 4;

/** A network's pieces so far: what it has made, and how to ask for another parameter. */
interface Making {
  readonly x: Value;
  readonly earlier: readonly Value[];
  readonly random: Random;
  readonly parameter: (shape: Shape) => Value;
}

/** Full, half-filled and mixed numbers of channels; some fill no blocks. */
const widths = [block, 2 * block, 2 * block, block + 1];

function convolution({ x, random, parameter }: Making): Value {
  const spatial = x.shape.slice(2);
  const kernel = spatial.map((size) => (size >= 3 && random.below(3) > 0 ? 3 : 1));
  const pads = kernel.map((size) => (size - 1) / 2);
  const strides = spatial.map((size) => (size >= 4 ? 1 + random.below(2) : 1));
  const outputs = widths[random.below(widths.length)];
  const weight = parameter([outputs, x.shape[1], ...kernel]);
  return ops.conv(x, weight, { strides, padsBefore: pads, padsAfter: pads });
}

function transposed({ x, random, parameter }: Making): Value {
  const strides = x.shape.slice(2).map((size) => (size < 4 ? 2 : 1));
  const none = strides.map(() => 0);
  const weight = parameter([x.shape[1], widths[random.below(widths.length)], ...strides]);
  const up = ops.convInputGradient(x, weight, {
    ...{ strides, padsBefore: none, padsAfter: none },
    sizes: x.shape.slice(2).map((size, axis) => size * strides[axis]),
  });
  return ops.add(up, parameter(channelShape(up)));
}

function norm({ x, parameter }: Making): Value {
  const [scale, bias] = [parameter([x.shape[1]]), parameter([x.shape[1]])];
  return ops.leakyRelu(ops.instanceNorm(x, { scale, bias, epsilon: 1e-2 }), 0.1);
}

/** An earlier value of the same size joined to this one: added where it fits, else beside it. */
function skip({ x, earlier, random }: Making): Value {
  const size = x.shape.slice(2).join();
  const fitting = earlier.filter((value) => value.shape.slice(2).join() === size);
  const other = fitting[random.below(fitting.length)];
  return other.shape.join() === x.shape.join() ? ops.add(x, other) : ops.concat([x, other], 1);
}

function cut({ x }: Making): Value {
  const sizes = x.shape.map((size, axis) => (axis > 1 && size > 3 ? size - 1 : size));
  const starts = x.shape.map((size, axis) => size - sizes[axis]);
  const padded = ops.pad(x, {
    before: x.shape.map((_, axis) => (axis === 2 ? 1 : 0)),
    after: x.shape.map(() => 0),
  });
  return ops.slice(padded, { starts, sizes });
}

const moves = [convolution, convolution, convolution, transposed, norm, norm, skip, cut];

function randomNetwork(seed: number) {
  const random = randomFrom(seed);
  const shapes: Record<string, Shape> = {};
  const parameter = (shape: Shape): Value => {
    const name = `p${Object.keys(shapes).length}`;
    shapes[name] = shape;
    return ops.input(name, shape);
  };
  const channels = [1, 3, block][random.below(3)];
  const sizes = Array.from({ length: 2 + random.below(2) }, () => 2 + random.below(4));
  let x = parameter([1 + random.below(2), channels, ...sizes]);
  const earlier = [x];
  for (let step = 0; step < 5; step++) {
    const next = moves[random.below(moves.length)]({ x, earlier, random, parameter });
    if (sizeOf(next.shape) > 3000) continue;
    x = next;
    earlier.push(x);
  }
  const numbers = (size: number): number[] =>
    Array.from({ length: size }, () => random.between(-1, 1));
  const weights = ops.constant(numbers(sizeOf(x.shape)), x.shape);
  const loss = ops.reduceSum(ops.mul(ops.mul(x, x), weights));
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, numbers(sizeOf(shape))]),
  );
  // Moves may leave a parameter unused: the loss depends on those in the result alone.
  const used = inOrder([loss]).filter(({ op }) => op === "Input");
  return { outputs: [x, ...gradient(loss, used)], feeds };
}

test("random networks and their gradients are the same in blocks and plain", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const { outputs, feeds } = randomNetwork(seed);
      const expected = evaluate(outputs, feeds);
      for (const target of [{ kind: "plain" }, { kind: "blocked", block }] as const) {
        evaluate(lower(outputs, target), feeds).forEach(({ data, shape }, index) => {
          expect(shape).toEqual(expected[index].shape);
          const most = expected[index].data.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
          data.forEach((value, at) => {
            expect(Math.abs(value - expected[index].data[at])).toBeLessThan(1e-9 * most);
          });
        });
      }
    }),
    { numRuns: 16, seed: 1 },
  );
}, 60_000);

/** How a network of three layers is drawn: one entry a layer, where there are several. */
interface Volumes {
  readonly depth: number;
  readonly batch: number;
  /** Blocks of channels after each convolution. */
  readonly widths: readonly number[];
  readonly kernelDepths: readonly number[];
  readonly strides: readonly number[];
  readonly seed: number;
}

type Feeds = Record<string, Float32Array>;

const layers = 3;
const volumes = fc.record<Volumes>({
  depth: fc.constantFrom(1, 2, 3, 4, 5, 8),
  batch: fc.integer({ min: 1, max: 3 }),
  widths: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: layers, maxLength: layers }),
  kernelDepths: fc.array(fc.constantFrom(1, 3, 3), { minLength: layers, maxLength: layers }),
  strides: fc.array(fc.constantFrom(1, 1, 2), { minLength: layers, maxLength: layers }),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

/** Convolution, norm and leaky ReLU, and a sum with what went in where it fits. */
function volumeNetwork({ depth, batch, seed, ...each }: Volumes, size: number) {
  const random = randomFrom(seed);
  const numbers = (shape: Shape): Float32Array =>
    Float32Array.from({ length: sizeOf(shape) }, () => random.between(-1, 1));
  const feeds: Feeds = {};
  const parameters: Value[] = [];
  const parameter = (shape: Shape, scale: number): Value => {
    const name = `p${parameters.length}`;
    feeds[name] = numbers(shape).map((value) => value * scale);
    parameters.push(ops.input(name, shape));
    return parameters[parameters.length - 1];
  };
  let x = parameter([batch, size, depth, 4, 6], 1);
  for (let layer = 0; layer < layers; layer++) {
    const kernel = [each.kernelDepths[layer], 3, 3];
    const channels = each.widths[layer] * size;
    const inputs = x.shape[1] * sizeOf(kernel);
    const weight = parameter([channels, x.shape[1], ...kernel], Math.sqrt(6 / inputs));
    const pads = kernel.map((places) => (places - 1) / 2);
    const stride = each.strides[layer];
    const strides = [stride, stride, 1];
    const y = ops.conv(x, weight, { strides, padsBefore: pads, padsAfter: pads });
    const norms = { scale: parameter([channels], 1), bias: parameter([channels], 1) };
    // With slope 1 there is no kink that rounding could cross.
    const z = ops.leakyRelu(ops.instanceNorm(y, { ...norms, epsilon: 1e-2 }), 1);
    x = z.shape.join() === x.shape.join() ? ops.add(z, x) : z;
  }
  const loss = ops.reduceSum(ops.mul(x, ops.constant([...numbers(x.shape)], x.shape)));
  return { outputs: [x, ...gradient(loss, parameters)], feeds };
}

const lengthOf = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

async function run(outputs: readonly Value[], settings: { feeds: Feeds; target: Target }) {
  const named = Object.fromEntries(outputs.map((value, index) => [`output${index}`, value]));
  const model = encodeModel(named, { target: settings.target });
  const session = await openSession(model, { threads: 1 });
  const results = await session.run(settings.feeds);
  await session.release();
  return outputs.map((_, index) => results[`output${index}`]);
}

test("random networks of volumes and their gradients are the same in ONNX Runtime's blocks to 1e-5", async ({
  skip,
}) => {
  const target = await bestTarget();
  if (target.kind === "plain") return skip("this machine's ONNX Runtime has no blocked kernels");
  await fc.assert(
    fc.asyncProperty(volumes, async (settings) => {
      const { outputs, feeds } = volumeNetwork(settings, target.block);
      const plain = await run(outputs, { feeds, target: plainTarget });
      const blocked = await run(outputs, { feeds, target });
      for (const [index, expected] of plain.entries()) {
        const difference = expected.map((value, at) => value - blocked[index][at]);
        // Sums of up to 864 products, each rounded to 2⁻²⁴, through three layers and back.
        expect(lengthOf(difference)).toBeLessThan(1e-5 * lengthOf(expected) + 1e-6);
      }
    }),
    { numRuns: 16, seed: 4 },
  );
}, 60_000);
