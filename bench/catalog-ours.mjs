// Ours: from a folder to its catalogue on the disk, by headers alone or whole. Prints one line of JSON.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { catalogueCohort } from "../dist/cohort/index.node.js";

const { data, headersOnly } = JSON.parse(process.argv[2]);
const cohort = await mkdtemp(join(tmpdir(), "hepar-bench-catalog-"));
const started = performance.now();
const { result, failures } = await catalogueCohort(
  { data, cohort, headersOnly },
  {
    ...{ version: "bench", command: "catalog", arguments: [], when: new Date() },
    clock: () => performance.now(),
    progress: () => {},
    signal: new AbortController().signal,
  },
);
const seconds = (performance.now() - started) / 1000;
await rm(cohort, { recursive: true });
if (failures.length > 0) throw new Error(failures[0].reason);
const slices = result.reduce((sum, { depth }) => sum + depth, 0);
const tumour = result.filter((row) => row.has_tumour).length;
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, peakMb, cases: result.length, slices, tumour }));
