// The losses of a job's first steps in Node, on any of its devices. Prints JSON.
import { createHash } from "node:crypto";
import { openStepper } from "../../dist/train/index.node.js";
import { trainJob } from "../train-job.mjs";

const { input, device, steps } = JSON.parse(process.argv[2]);
const { graph, state, batch } = trainJob(input);
const stepper = await openStepper(graph, { device, threads: 1 });
const losses = [];
let before = state;
while (losses.length < steps) {
  const { state: after, losses: told } = await stepper.step(before, batch);
  before = after;
  losses.push(told.total);
}
const modelSha256 = createHash("sha256").update(graph.model).digest("hex");
process.stdout.write(JSON.stringify({ losses, modelSha256, runtime: stepper.runtime }));
process.exit(0); // the runtime's threads would keep Node alive
