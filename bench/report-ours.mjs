// Ours: the report of a cohort, in all its forms. Prints one line of JSON.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { writeReport } from "../dist/report/index.node.js";

const { cohort } = JSON.parse(process.argv[2]);
const started = performance.now();
await writeReport({
  cohort,
  model: null,
  language: "en",
  failures: [],
  run: {
    when: "2026-01-02T03:04:05Z",
    heparVersion: "bench",
    command: null,
    seed: null,
    dataFolder: cohort,
    settings: {},
    steps: [],
    versions: {},
  },
});
const seconds = (performance.now() - started) / 1000;
const folder = join(cohort, "report");
let bytes = 0;
for (const name of await readdir(folder, { recursive: true })) {
  const { size } = await stat(join(folder, name));
  bytes += size;
}
const { size: pageBytes } = await stat(join(folder, "index.html"));
const pages = (await readdir(join(folder, "cases"))).length;
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, peakMb, megabytes: bytes / 1e6, pageBytes, pages }));
