// One training step in a browser's tab and in Node, in turn: the same graph, weights and images.
import { chromiumPath, openPage } from "./browser/chromium.mjs";
import { browserInputs } from "./browser/inputs.mjs";
import { servePage } from "./browser/serve.mjs";
import { figuresOf, median, ours as node, requireEqual } from "./process.mjs";
import { timing } from "./train-job.mjs";

const [input] = browserInputs;

export async function measure({ rounds = 3, log }) {
  if (chromiumPath() === undefined)
    throw new Error("no chromium on PATH: apt-get install chromium");
  const served = await servePage();
  const sides = {
    ours: () => inChromium(served.url, {}),
    "hepar in Node": () => node("train-step-ours.mjs", [JSON.stringify(input)]),
    "onnxruntime-web, the same graph": () => inChromium(served.url, { engine: "onnxruntime" }),
  };
  try {
    const runs = {};
    for (let round = 0; round < rounds; round++) {
      for (const [side, run] of Object.entries(sides)) {
        const result = await run();
        runs[side] = [...(runs[side] ?? []), result];
        requireEqual(side, result.losses, { expected: runs.ours[0].losses, tolerance: 1e-3 });
        log(`${input.name}: ${side} ${result.seconds.toFixed(3)} s`);
      }
    }
    return [{ subject: "train-step-browser", input: input.name, ...figuresOf(runs) }];
  } finally {
    await served.close();
  }
}

async function inChromium(url, engine) {
  const { page, peakMb, close } = await openPage(url);
  try {
    const { warmUp, steps, threads } = timing;
    const how = { job: input, device: "cpu", threads, steps: warmUp + steps, ...engine };
    const { losses, seconds } = await page.evaluate((given) => globalThis.train(given), how);
    const timed = median(seconds.slice(warmUp));
    return { losses, seconds: timed, peakMb: await peakMb() };
  } finally {
    await close();
  }
}
