// Our side of predict: reads the scan, labels it, writes the labels. Prints JSON.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { segment } from "../dist/predict/index.js";
import { openNetwork } from "../dist/predict/index.node.js";

const { folder, dims, threads } = JSON.parse(process.argv[2]);
const network = await openNetwork(join(folder, "model"), { threads });
const started = performance.now();
const bytes = readFileSync(join(folder, "scan.raw"));
const voxels = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
// Columns to the left and rows to the back, as the network wants them.
const affine = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const scan = { kind: "ct", dims, affine, affineFrom: "sform", voxels };
// Every patch is run, as MONAI does.
const { mask } = await segment(scan, { networks: [network], choices: { air: true } });
writeFileSync(join(folder, "ours.raw"), mask.voxels);
const seconds = (performance.now() - started) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds, peakMb: maxRSS / 1024 })}\n`);
await network.session.release();
