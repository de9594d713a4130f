// What inflating a scan and its mask takes, and nothing else: the floor for a study of .nii.gz. With
// "at once" as the second argument both are inflated at the same time, on two of Node's threads. Prints
// JSON.
import { createReadStream } from "node:fs";
import { performance } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { peakMb } from "./read-side.mjs";

const chunkSize = 1 << 20;
const files = JSON.parse(process.argv[2]);
const started = performance.now();
let bytes = 0;
async function inflate(file) {
  const packed = createReadStream(file, { highWaterMark: chunkSize });
  await pipeline(packed, createGunzip({ chunkSize }), async (parts) => {
    for await (const part of parts) bytes += part.length;
  });
}
if (process.argv[3] === "at once") await Promise.all([files.mask, files.scan].map(inflate));
else for (const file of [files.mask, files.scan]) await inflate(file);
const seconds = (performance.now() - started) / 1000;
process.stdout.write(`${JSON.stringify({ seconds, peakMb: peakMb(), bytes })}\n`);
