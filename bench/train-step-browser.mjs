// One training step in a browser's tab and in Node, in turn: the same graph, weights and images.
import { chromiumPath, openPage } from "./browser/chromium.mjs";
import { servePage } from "./browser/serve.mjs";
import { figuresOf, median, ours as node, requireEqual } from "./process.mjs";
import { timing } from "./train-job.mjs";

const input = {
  name: "2D, batch 4 of 128², widths 16–256",
  batch: 4,
  size: 128,
  widths: [16, 32, 64, 128, 256],
};

export async function measure({ rounds = 3, log }) {
  if (chromiumPath() === undefined)
    throw new Error("no chromium on PATH: apt-get install chromium");
  const served = await servePage();
  try {
    const runs = { ours: [], "hepar in Node": [] };
    for (let round = 0; round < rounds; round++) {
      const inNode = await node("train-step-ours.mjs", [JSON.stringify(input)]);
      log(`${input.name}: Node ${inNode.seconds.toFixed(3)} s`);
      const inBrowser = await inChromium(served.url);
      log(`${input.name}: ${inBrowser.runtime} ${inBrowser.seconds.toFixed(3)} s`);
      requireEqual("browser", inBrowser.losses, { expected: inNode.losses, tolerance: 1e-3 });
      runs.ours.push(inBrowser);
      runs["hepar in Node"].push(inNode);
    }
    return [{ subject: "train-step-browser", input: input.name, ...figuresOf(runs) }];
  } finally {
    await served.close();
  }
}

async function inChromium(url) {
  const { page, peakMb, close } = await openPage(url);
  try {
    const { warmUp, steps, threads } = timing;
    const how = { job: input, device: "cpu", threads, steps: warmUp + steps };
    const { losses, seconds, runtime } = await page.evaluate(
      (given) => globalThis.train(given),
      how,
    );
    const timed = median(seconds.slice(warmUp));
    return { losses, runtime, seconds: timed, peakMb: await peakMb() };
  } finally {
    await close();
  }
}
