// Several cases by the study's own pool of threads. Prints JSON.
import { performance } from "node:perf_hooks";
import { openCasePool } from "../dist/cohort/case-pool.node.js";
import { peakMb } from "./read-side.mjs";

const { files, cases, threads } = JSON.parse(process.argv[2]);
const row = {
  case: "volume-0",
  scan_source: files.scan,
  mask_source: files.mask,
  problem: null,
  spacing_x_mm: 0.72,
};
const started = performance.now();
const pool = openCasePool({ threads });
const study = () => pool.run("study", row, { bytes: 2 ** 28 });
const rows = [];
if (threads === 1) for (let n = 0; n < cases; n++) rows.push(await study());
else rows.push(...(await Promise.all(Array.from({ length: cases }, study))));
const seconds = (performance.now() - started) / 1000;
await pool.close();
process.stdout.write(
  `${JSON.stringify({ seconds, peakMb: peakMb(), lesions: rows[0].lesions.length })}\n`,
);
