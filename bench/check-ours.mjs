// Ours: the report of a folder. Prints one line of JSON.
import { performance } from "node:perf_hooks";
import { checkFiles } from "../dist/catalog/index.node.js";

const { folder, headersOnly } = JSON.parse(process.argv[2]);
const started = performance.now();
const { files, errors } = await checkFiles([folder], { headersOnly });
const seconds = (performance.now() - started) / 1000;
if (errors > 0) throw new Error(`${errors} of ${files} files cannot be used`);
console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }));
