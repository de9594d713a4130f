// Lets a person, or a test through `train`, watch a network learn.
import "./predict.mjs";
import { drawLosses } from "./chart.mjs";
import { browserInputs } from "./inputs.mjs";

const byId = (id) => document.getElementById(id);
const form = document.querySelector("form");
const status = document.querySelector("[role=status]");
const rows = document.querySelector("tbody");

/**
 * Trains some steps in a worker.
 *
 * @param how.job - of which `trainJob` makes weights and images
 * @param how.engine - "onnxruntime" for ONNX Runtime on the processor too
 * @returns losses and seconds a step, the runtime and the model's hash
 * @throws the worker's error, as plain data
 */
globalThis.train = (how, onStep = () => {}) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
    const run = { losses: [], seconds: [], runtime: "", openSeconds: 0 };
    const end = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    worker.onerror = ({ message }) => end(reject, new Error(message ?? "the worker did not start"));
    worker.onmessage = ({ data: { kind, ...told } }) => {
      if (kind === "error") return end(reject, Object.assign(new Error(told.message), told));
      if (kind === "end") return end(resolve, { ...run, ...told });
      if (kind === "open") {
        run.runtime = told.runtime;
        run.openSeconds = told.seconds;
      } else {
        run.losses.push(told.loss);
        run.seconds.push(told.seconds);
      }
      onStep(run);
    };
    worker.postMessage({ ...how, files: new URL("ort/", document.baseURI).href });
  });

function show({ losses, seconds, runtime, openSeconds }, steps) {
  status.textContent = `Step ${losses.length} of ${steps} · ${runtime}`;
  byId("open").textContent = `${openSeconds.toFixed(2)} s`;
  if (losses.length === 0) return;
  byId("loss").textContent = losses.at(-1).toFixed(4);
  const sorted = seconds.toSorted((a, b) => a - b);
  byId("median").textContent = `${sorted[sorted.length >> 1].toFixed(3)} s`;
  drawLosses(byId("chart"), losses, steps);
  const row = rows.insertRow();
  const cells = [losses.length, losses.at(-1).toFixed(5), seconds.at(-1).toFixed(3)];
  for (const text of cells) row.insertCell().textContent = text;
}

form.elements.input.append(...browserInputs.map(({ name }) => new Option(name, name)));
form.elements.threads.value = crossOriginIsolated ? navigator.hardwareConcurrency : 1;
form.elements.threads.max = crossOriginIsolated ? navigator.hardwareConcurrency : 1;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { input, device, threads, steps } = form.elements;
  const job = browserInputs.find(({ name }) => name === input.value);
  form.classList.add("busy");
  rows.replaceChildren();
  status.textContent = "Building the graph …";
  const [on, engine] = device.value.split(" ");
  const how = {
    ...{ job, device: on, engine },
    threads: Number(threads.value),
    steps: Number(steps.value),
  };
  try {
    const run = await train(how, (told) => show(told, how.steps));
    status.textContent = `Done: ${how.steps} steps · ${run.runtime}`;
  } catch ({ message, hint = "" }) {
    status.textContent = `${message}. ${hint}`;
  } finally {
    form.classList.remove("busy");
  }
});
