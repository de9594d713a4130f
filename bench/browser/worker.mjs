// Trains in a worker, so that the page stays alive; tells of each step as it ends.
import { openSession as openInOnnxRuntime } from "../../dist/onnx/index.web.js";
import { stepperOn } from "../../dist/train/index.js";
import { openSession } from "../../dist/wasm/index.web.js";
import { trainJob } from "../train-job.mjs";

self.onmessage = async ({ data: { job, engine, steps, files, ...options } }) => {
  try {
    await train(trainJob(job), { engine, steps, options: { ...options, files: new URL(files) } });
  } catch (error) {
    const { code = "defect", message, hint } = error;
    postMessage({ kind: "error", code, message, hint });
  }
};

async function train({ graph, state, batch }, { engine, steps, options }) {
  const open = engine === "onnxruntime" ? openInOnnxRuntime : openSession;
  const opening = performance.now();
  const stepper = await stepperOn(graph, (model) => open(model, options));
  const { runtime } = stepper;
  postMessage({ kind: "open", runtime, seconds: (performance.now() - opening) / 1000 });
  let before = state;
  for (let step = 1; step <= steps; step++) {
    const started = performance.now();
    const { state: after, losses } = await stepper.step(before, batch);
    before = after;
    const seconds = (performance.now() - started) / 1000;
    postMessage({ kind: "step", loss: losses.total, seconds });
  }
  await stepper.release();
  postMessage({ kind: "end", modelSha256: await sha256(graph.model) });
}

async function sha256(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
