// Our side of the study's benchmark: one case, or several on all processors. Prints JSON.
import { performance } from "node:perf_hooks";
import { measurementJson } from "../dist/study/index.js";
import { measureFiles } from "../dist/study/index.node.js";
import { peakMb } from "./read-side.mjs";

const files = JSON.parse(process.argv[2]);
const started = performance.now();
const measurement = await measureFiles(files, { spacingKnown: true });
const seconds = (performance.now() - started) / 1000;
const numbers = measurementJson(measurement);
process.stdout.write(`${JSON.stringify({ seconds, peakMb: peakMb(), numbers })}\n`);
