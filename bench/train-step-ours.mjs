// Our side of train-step: steps of the training graph. Prints JSON.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { unet } from "../dist/model/index.js";
import {
  adamWDefaults,
  crossEntropyAndDice,
  firstState,
  trainingGraph,
} from "../dist/train/index.js";
import { openStepper } from "../dist/train/index.node.js";
import { median } from "./process.mjs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const floats = (name) => new Float32Array(new Uint8Array(readFileSync(job[name])).buffer);
const graph = trainingGraph(unet(job.settings), {
  imageShape: job.imageShape,
  loss: crossEntropyAndDice,
  optimiser: adamWDefaults,
});
const stepper = await openStepper(graph, { threads: job.threads });
const batch = {
  image: floats("image"),
  labels: new Uint8Array(readFileSync(job.labels)),
  rate: job.rate,
};
let state = firstState(graph, {
  weights: floats("weights"),
  statistics: new Float32Array(0),
});
const seconds = [];
const losses = [];
for (let step = 1; step <= job.warmUp + job.steps; step++) {
  const started = performance.now();
  const result = await stepper.step(state, batch);
  state = result.state;
  losses.push(result.losses.total);
  if (step > job.warmUp) seconds.push((performance.now() - started) / 1000);
}
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds: median(seconds), peakMb, losses })}\n`);
