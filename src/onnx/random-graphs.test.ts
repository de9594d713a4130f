import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, randomFrom } from "../core/index.ts";
import { encodeModel, evaluate, gradient, sizeOf, type Value } from "./index.ts";
import * as ops from "./ops.ts";
import { openSession } from "./session.node.ts";

/** A step of a random graph: a value made from one that is there, and perhaps from another. */
type Move = (x: Value, others: readonly Value[], random: Random) => Value;

const pick = <Item>(items: readonly Item[], random: Random): Item =>
  items[random.below(items.length)];

/** Every move keeps two axes, so that any can follow any other. */
const moves: readonly Move[] = [
  (x) => ops.leakyRelu(x, 0.2),
  (x) => ops.exp(ops.mul(x, 0.3)),
  (x) => ops.log(ops.add(ops.mul(x, x), 0.7)),
  (x) => ops.sqrt(ops.add(ops.mul(x, x), 0.4)),
  (x) => ops.div(x, ops.add(ops.mul(x, x), 1)),
  (x) => ops.transpose(x, [1, 0]),
  (x) => ops.reshape(x, [x.shape[1], x.shape[0]]),
  (x) => ops.flip(x, [0]),
  (x) => ops.pad(x, { before: [1, 0], after: [0, 1] }),
  (x) =>
    ops.slice(x, {
      starts: [0, x.shape[1] - 1],
      sizes: [1 + ((x.shape[0] - 1) >> 1), 1],
      steps: [2, -1],
    }),
  (x) => ops.concat([x, ops.neg(x)], 1),
  (x) => ops.sub(x, ops.reduceMean(x, [1])),
  (x) => ops.mul(x, ops.reduceMax(x, [0])),
  (x) => ops.expand(ops.reduceSum(x, [0]), [3, x.shape[1]]),
  (x) => ops.logSoftmax(x, 1),
  (x) => ops.matMul(x, x, { transposeB: true }),
  (x) => ops.where(ops.greater(x, 0.1), x, ops.mul(x, x)),
  (x, others, random) => ops.add(x, ops.reduceMean(pick(others, random))),
  (x, others, random) => ops.mul(x, ops.reduceSum(pick(others, random), [0, 1])),
];

function randomGraph(seed: number) {
  const random = randomFrom(seed);
  const inputs = ["a", "b"].map((name) =>
    ops.input(name, [1 + random.below(3), 1 + random.below(4)]),
  );
  const values = [...inputs];
  for (let step = 0; step < 6; step++) {
    const made = pick(moves, random)(pick(values, random), values, random);
    // Values are kept near 1, so that finite differences mean something however deep the graph is.
    if (sizeOf(made.shape) <= 64)
      values.push(ops.div(made, ops.add(ops.reduceMean(ops.mul(made, made)), 1)));
  }
  const weighted = values.map((value) => {
    const weights = Array.from({ length: sizeOf(value.shape) }, () => random.between(-1, 1));
    return ops.reduceSum(ops.mul(value, ops.constant(weights, value.shape)));
  });
  const loss = weighted.reduce((sum, value) =>
    ops.add(ops.reshape(sum, []), ops.reshape(value, [])),
  );
  const feeds = Object.fromEntries(
    inputs.map((input, index) => [
      ["a", "b"][index],
      Array.from({ length: sizeOf(input.shape) }, () => random.between(-2, 2)),
    ]),
  );
  return { inputs, loss, feeds };
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test("gradients of random graphs equal finite differences", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { inputs, loss, feeds } = randomGraph(seed);
      const lossAt = (changed: typeof feeds): number => evaluate([loss], changed)[0].data[0];
      const gradients = evaluate(gradient(loss, inputs), feeds);
      ["a", "b"].forEach((name, index) => {
        feeds[name].forEach((value, place) => {
          const at = (h: number) =>
            lossAt({ ...feeds, [name]: feeds[name].with(place, value + h) });
          // Two steps: where they disagree there is a kink in between, and no derivative to compare.
          const [wide, narrow] = [1e-5, 5e-6].map((h) => (at(h) - at(-h)) / (2 * h));
          if (Math.abs(wide - narrow) > 1e-5 * (1 + Math.abs(narrow))) return;
          const got = gradients[index].data[place];
          expect(Math.abs(got - narrow)).toBeLessThan(1e-4 * (1 + Math.abs(narrow)));
        });
      });
    }),
    { numRuns: 60 },
  );
});

test("ONNX Runtime agrees with the plain reference on random graphs and their gradients", async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { inputs, loss, feeds } = randomGraph(seed);
      const outputs = [loss, ...gradient(loss, inputs)];
      const names = outputs.map((_, index) => `out${index}`);
      const session = await openSession(
        encodeModel(Object.fromEntries(outputs.map((value, index) => [names[index], value]))),
        { threads: 1 },
      );
      const floats = Object.fromEntries(
        Object.entries(feeds).map(([name, data]) => [name, Float32Array.from(data)]),
      );
      const got = await session.run(floats);
      await session.release();
      evaluate(outputs, floats).forEach(({ data }, index) => {
        data.forEach((value, place) => {
          const off = Math.abs(got[names[index]][place] - value);
          expect(off).toBeLessThan(1e-3 * (1 + Math.abs(value)));
        });
      });
    }),
    { numRuns: 25 },
  );
});
