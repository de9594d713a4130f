// Our side of train-step: steps of the training graph. Prints JSON.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { unet } from "../dist/model/index.js";
import { openSession } from "../dist/onnx/index.node.js";
import { adamWDefaults, crossEntropyAndDice, trainingGraph } from "../dist/train/index.js";
import { median } from "./process.mjs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const floats = (name) => new Float32Array(new Uint8Array(readFileSync(job[name])).buffer);
const graph = trainingGraph(unet(job.settings), {
  imageShape: job.imageShape,
  loss: crossEntropyAndDice,
  optimiser: adamWDefaults,
});
const session = await openSession(graph.model, { threads: job.threads });
let state = {
  weights: floats("weights"),
  mean: new Float32Array(graph.weightCount),
  square: new Float32Array(graph.weightCount),
};
const fixed = {
  image: floats("image"),
  labels: new Uint8Array(readFileSync(job.labels)),
  rate: Float32Array.of(job.rate),
};
const seconds = [];
const losses = [];
for (let step = 1; step <= job.warmUp + job.steps; step++) {
  const started = performance.now();
  const result = await session.run({
    ...state,
    ...fixed,
    correction1: Float32Array.of(1 / (1 - adamWDefaults.beta1 ** step)),
    correction2: Float32Array.of(1 / (1 - adamWDefaults.beta2 ** step)),
  });
  state = { weights: result.newWeights, mean: result.newMean, square: result.newSquare };
  losses.push(result.loss[0]);
  if (step > job.warmUp) seconds.push((performance.now() - started) / 1000);
}
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds: median(seconds), peakMb, losses })}\n`);
