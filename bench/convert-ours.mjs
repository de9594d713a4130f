// Our side of the conversion's benchmark: scans to slices, on so many threads. Prints JSON.
import { performance } from "node:perf_hooks";
import { openCasePool } from "../dist/cohort/case-pool.node.js";
import { convertOn } from "../dist/cohort/convert-workers.node.js";
import { openCase } from "../dist/slices/case-slices.node.js";
import { convertSettings } from "../dist/slices/index.js";
import { convertCase } from "../dist/slices/index.node.js";

const { files, cases = 1, threads, out } = JSON.parse(process.argv[2]);
const pool = openCasePool({ threads });
const workers = convertOn(pool);
// Loading programs is counted on no side: each thread is given nothing to do, which loads its own.
const idle = await openCase(files, "radiological");
const none = { case: "none", files: idle, settings: convertSettings(), from: 0, to: 0 };
const box = { x: 0, y: 0, width: 1, height: 1 };
const empty = { ...none, box, images: out, masks: out };
await Promise.all(Array.from({ length: threads }, () => workers.convert(empty)));
const started = performance.now();
let next = 0;
let slices = 0;
const lane = async () => {
  while (next < cases) {
    const row = { case: `volume-${next++}`, scan_source: files.scan, mask_source: files.mask };
    const made = await convertCase(row, { cohort: out, workers });
    slices += made.length;
  }
};
await Promise.all(Array.from({ length: threads }, lane));
const seconds = (performance.now() - started) / 1000;
await pool.close();
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds, peakMb, slices })}\n`);
