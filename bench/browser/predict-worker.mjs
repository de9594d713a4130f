// Predicts in a worker, so that the page stays alive.
import { openSession as openInOnnxRuntime } from "../../dist/onnx/index.web.js";
import { segment } from "../../dist/predict/index.js";
import { openSession } from "../../dist/wasm/index.web.js";
import { predictInput, predictJob, timedPrediction } from "../predict-browser-job.mjs";

self.onmessage = async ({ data: { engine, files, threads } }) => {
  try {
    const { model, ...job } = predictJob(predictInput);
    const open = engine === "onnxruntime" ? openInOnnxRuntime : openSession;
    const session = await open(model, { threads, files: new URL(files) });
    const result = await timedPrediction({ ...job, session }, segment);
    postMessage({ kind: "end", ...result, runtime: session.runtime });
  } catch (error) {
    const { code = "defect", message, hint } = error;
    postMessage({ kind: "error", code, message, hint });
  }
};
