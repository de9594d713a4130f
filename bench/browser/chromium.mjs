// Finds a Chromium on this machine and opens pages in it.
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of the first Chromium on PATH; undefined when there is none. */
export function chromiumPath() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
}

function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** WebGPU without a graphics card: SwiftShader, which Chromium carries. Exact, and very slow. */
const softwareGpu = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

/**
 * A page at an address, in a browser of its own.
 *
 * @returns the page; `peakMb`, the most memory that its process has held; and how to close it
 */
export async function openPage(url, { webGpu = false } = {}) {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: webGpu ? softwareGpu : [],
  });
  const page = await browser.newPage();
  await page.goto(url);
  return { page, peakMb: () => peakMbOf(browser), close: () => browser.close() };
}

async function peakMbOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const status = renderers.map(({ id }) => readFileSync(`/proc/${id}/status`, "utf8"));
  return Math.max(...status.map((text) => Number(/VmHWM:\s*(\d+) kB/.exec(text)?.[1]) / 1024));
}
