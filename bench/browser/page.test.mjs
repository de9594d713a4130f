// In a real browser, and on WebGPU: what is computed is what Node computes. `npm run test:browser`.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage } from "./chromium.mjs";
import { browserInputs } from "./inputs.mjs";
import { servePage } from "./serve.mjs";

const run = promisify(execFile);
const [, flat, solid] = browserInputs;
const steps = 3;

describe.skipIf(chromiumPath() === undefined)("in Chromium", () => {
  let served;
  beforeAll(async () => {
    served = await servePage();
  });
  afterAll(() => served?.close());

  test.each([
    ["2D", "cpu", flat, {}],
    ["3D", "cpu", solid, {}],
    ["2D", "cpu, ONNX Runtime", flat, { engine: "onnxruntime" }],
    ["2D", "webgpu", flat, {}],
    ["3D", "webgpu", solid, {}],
  ])("%s on %s: the losses and the graph are Node's", async (_name, where, job, engine) => {
    const [device] = where.split(",");
    const run = await trainIn(served.url, { job, device, threads: 2, steps, ...engine });
    const expected = await inNode({ input: job, device: "cpu", steps });
    expectEqual(run, expected);
    expect(run.modelSha256).toBe(expected.modelSha256);
    expect(run.runtime).toMatch(device === "cpu" ? /wasm, 2 threads/ : /webgpu/);
  });

  test("a prediction in a worker has Node's labels, and the page is drawn meanwhile", async () => {
    const { page, close } = await openPage(served.url);
    try {
      const how = { threads: 2 };
      const made = await page.evaluate((given) => globalThis.predict(given), how);
      expect(made.runtime).toMatch(/wasm, 2 threads/);
      expect(made.usualGapMs).toBeLessThan(100);
      const script = fileURLToPath(new URL("../predict-browser-ours.mjs", import.meta.url));
      const { labels } = JSON.parse((await run(process.execPath, [script])).stdout);
      const off = labels.map((count, label) => Math.abs(count - made.labels[label]));
      expect(Math.max(...off)).toBeLessThan(made.labels[0] / 1000);
      expect(Math.min(...labels)).toBeGreaterThan(0);
    } finally {
      await close();
    }
  });

  test("the number of threads changes no bit", async () => {
    const how = { job: flat, device: "cpu", steps };
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((threads) => trainIn(served.url, { ...how, threads })),
    );
    expect(two.losses).toEqual(one.losses);
    expect(three.losses).toEqual(one.losses);
  });

  test("nothing is asked of another server", async () => {
    const asked = [];
    const engine = "onnxruntime";
    await trainIn(served.url, { job: flat, device: "cpu", engine, threads: 1, steps: 1, asked });
    expect(asked.some((url) => url.endsWith(".wasm"))).toBe(true);
    expect(asked.filter((url) => !url.startsWith(served.url))).toEqual([]);
  });

  test("a browser without WebGPU says so", async () => {
    const how = { job: flat, device: "webgpu", threads: 1, steps: 1, webGpu: false };
    await expect(trainIn(served.url, how)).rejects.toThrow("this browser offers no WebGPU");
  });

  test("a person presses Train and sees every step", async () => {
    const { page, close } = await openPage(served.url);
    try {
      await page.selectOption("[name=input]", flat.name);
      await page.fill("[name=steps]", "3");
      await page.click("button");
      await page.waitForFunction(() => document.body.textContent.includes("Done: 3 steps"));
      expect(await page.locator("tbody tr").count()).toBe(3);
      expect(await page.locator("#chart circle").count()).toBe(3);
    } finally {
      await close();
    }
  });

  test("without isolation there is one thread, and asking for two says what is missing", async () => {
    const open = await servePage({ headers: {} });
    try {
      const job = { job: flat, device: "cpu", steps: 1 };
      await expect(trainIn(open.url, { ...job, threads: 2 })).rejects.toThrow(
        "cross-origin isolated",
      );
      const { runtime } = await trainIn(open.url, job);
      expect(runtime).toMatch(/wasm, 1 thread/);
    } finally {
      await open.close();
    }
  });
});

// Debian's Chromium brings a Vulkan that needs no graphics card.
const swiftShader = {
  VK_ICD_FILENAMES: "/usr/lib/chromium/vk_swiftshader_icd.json",
  LD_LIBRARY_PATH: "/usr/lib/chromium",
};

describe.skipIf(!existsSync(swiftShader.VK_ICD_FILENAMES))("in Node, on WebGPU", () => {
  test("the losses are the processor's", async () => {
    const request = { input: flat, steps };
    const onGpu = await inNode({ ...request, device: "webgpu" }, swiftShader);
    expect(onGpu.runtime).toMatch(/^onnxruntime-node .*\(webgpu\)$/);
    expectEqual(onGpu, await inNode({ ...request, device: "cpu" }));
  });

  test("without a graphics driver the error says what is missing", async () => {
    const request = { input: flat, device: "webgpu", steps };
    await expect(inNode(request, { VK_ICD_FILENAMES: "/none" })).rejects.toThrow(
      /runtime\.missing/,
    );
  });
});

async function trainIn(url, { asked = [], webGpu = true, ...how }) {
  const { page, close } = await openPage("about:blank", {
    webGpu: webGpu && how.device === "webgpu",
  });
  try {
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(url);
    return await page.evaluate((given) => globalThis.train(given), how);
  } finally {
    await close();
  }
}

async function inNode(request, env = {}) {
  const script = fileURLToPath(new URL("losses-in-node.mjs", import.meta.url));
  const { stdout } = await run(process.execPath, [script, JSON.stringify(request)], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout);
}

function expectEqual({ losses }, expected) {
  expect(losses).toHaveLength(steps);
  losses.forEach((loss, step) => {
    expect(Math.abs(loss / expected.losses[step] - 1)).toBeLessThan(1e-5);
  });
}
