// Our side of resample: reads a job, resamples once. Prints JSON.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { gridAtSpacing, resample } from "../dist/volume/index.js";
import { shortAffine } from "./resample-job.mjs";

const { file, kind, dims, spacing, to, interpolation, sampleStep } = JSON.parse(process.argv[2]);
const bytes = readFileSync(file);
const voxels =
  kind === "ct"
    ? new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
const volume = { kind, dims, affine: shortAffine(spacing), affineFrom: "sform", voxels };
const started = performance.now();
const made = resample(volume, gridAtSpacing(volume, to), kind === "ct" ? { interpolation } : {});
const seconds = (performance.now() - started) / 1000;
const samples = [];
for (let n = 0; n < made.voxels.length; n += sampleStep) samples.push(made.voxels[n]);
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds, peakMb, samples })}\n`);
