// A 2D network over a scan in a browser's tab and in Node, in turn; and whether the page stands still.
import { chromiumPath, openPage } from "./browser/chromium.mjs";
import { servePage } from "./browser/serve.mjs";
import { predictInput, predictThreads } from "./predict-browser-job.mjs";
import { figuresOf, median, ours as node } from "./process.mjs";

export async function measure({ rounds = 3, log }) {
  if (chromiumPath() === undefined)
    throw new Error("no chromium on PATH: apt-get install chromium");
  const served = await servePage();
  const sides = {
    ours: () => inChromium(served.url, "hepar"),
    "hepar in Node": () => node("predict-browser-ours.mjs", []),
    "onnxruntime-web, the same graph": () => inChromium(served.url, "onnxruntime"),
  };
  try {
    const runs = {};
    for (let round = 0; round < rounds; round++) {
      for (const [side, run] of Object.entries(sides)) {
        const result = await run();
        runs[side] = [...(runs[side] ?? []), result];
        requireAlike(side, result.labels, runs.ours[0].labels);
        log(`${predictInput.name}: ${side} ${result.seconds.toFixed(2)} s${gapText(result)}`);
      }
    }
    const figures = figuresOf(runs);
    const longestGapMs = median(runs.ours.map((run) => run.longestGapMs));
    return [{ subject: "predict-browser", input: predictInput.name, ...figures, longestGapMs }];
  } finally {
    await served.close();
  }
}

const gapText = ({ longestGapMs, usualGapMs, frames, runtime }) =>
  longestGapMs === undefined
    ? ""
    : `, ${runtime}; ${frames} frames, usually ${usualGapMs.toFixed(0)} ms apart, at most ${longestGapMs.toFixed(0)}`;

/** Runtimes round otherwise, and so a voxel in a thousand may have another label. */
function requireAlike(side, labels, expected) {
  const all = expected.reduce((sum, count) => sum + count, 0);
  const off = labels.reduce((sum, count, at) => sum + Math.abs(count - expected[at]), 0);
  if (off > all / 1000) throw new Error(`${side}: labels ${labels}, not ${expected}`);
}

async function inChromium(url, engine) {
  const { page, peakMb, close } = await openPage(url);
  try {
    const how = { engine, threads: predictThreads };
    const result = await page.evaluate((given) => globalThis.predict(given), how);
    return { ...result, peakMb: await peakMb() };
  } finally {
    await close();
  }
}
