// Node's side of predict-browser. Prints JSON.
import { openSession } from "../dist/onnx/index.node.js";
import { segment } from "../dist/predict/index.js";
import {
  predictInput,
  predictJob,
  predictThreads,
  timedPrediction,
} from "./predict-browser-job.mjs";

const { model, ...job } = predictJob(predictInput);
const session = await openSession(model, { threads: predictThreads });
const result = await timedPrediction({ ...job, session }, segment);
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ...result, peakMb })}\n`);
process.exit(0);
