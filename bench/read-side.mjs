// What every side of read does in the same way.
import { existsSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** Every 2048th voxel: one a page, so that a file which was only mapped is really read. */
export function sumOfPages(voxels) {
  let sum = 0;
  for (let n = 0; n < voxels.length; n += 2048) sum += voxels[n];
  return sum;
}

/** Runs a side and prints what it took. */
export async function report(read) {
  const started = performance.now();
  const sum = await read();
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${JSON.stringify({ seconds, peakMb: peakMb(), sum })}\n`);
}

/** Linux counts into maxRSS what the parent held when it started us; not so into VmHWM. */
export function peakMb() {
  const status = "/proc/self/status";
  if (!existsSync(status)) return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, "utf8"))[1]) / 1024;
}
