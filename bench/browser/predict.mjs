// Predicts in a worker while the page is watched: is it drawn, or does it stand still?

/**
 * @param how.engine - "onnxruntime" for ONNX Runtime in place of hepar's WebAssembly
 * @returns seconds, voxels by label, the runtime, and `longestGapMs`, the longest time in which the
 *   page was not drawn
 */
globalThis.predict = (how) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./predict-worker.mjs", import.meta.url), { type: "module" });
    const watch = watchFrames();
    const end = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    worker.onerror = ({ message }) => end(reject, new Error(message ?? "the worker did not start"));
    worker.onmessage = ({ data: { kind, ...told } }) => {
      if (kind === "error") return end(reject, Object.assign(new Error(told.message), told));
      end(resolve, { ...told, ...watch.end() });
    };
    worker.postMessage({ ...how, files: new URL("ort/", document.baseURI).href });
  });

function watchFrames() {
  const gaps = [];
  let last = performance.now();
  let going = true;
  const drawn = (now) => {
    gaps.push(now - last);
    last = now;
    if (going) requestAnimationFrame(drawn);
  };
  requestAnimationFrame(drawn);
  return {
    end() {
      going = false;
      gaps.push(performance.now() - last);
      const sorted = gaps.toSorted((a, b) => a - b);
      return {
        frames: gaps.length,
        longestGapMs: sorted.at(-1),
        usualGapMs: sorted[sorted.length >> 1],
      };
    },
  };
}
