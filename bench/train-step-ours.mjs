// Our side of train-step: steps of the training graph of a job. Prints JSON.
import { performance } from "node:perf_hooks";
import { bestTarget } from "../dist/onnx/index.node.js";
import { openStepper } from "../dist/train/index.node.js";
import { median } from "./process.mjs";
import { timing, trainJob } from "./train-job.mjs";

const { graph, state, batch } = trainJob(JSON.parse(process.argv[2]), await bestTarget());
const stepper = await openStepper(graph, { threads: timing.threads });
let before = state;
const seconds = [];
const losses = [];
for (let step = 1; step <= timing.warmUp + timing.steps; step++) {
  const started = performance.now();
  const result = await stepper.step(before, batch);
  before = result.state;
  losses.push(result.losses.total);
  if (step > timing.warmUp) seconds.push((performance.now() - started) / 1000);
}
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds: median(seconds), peakMb, losses })}\n`);
