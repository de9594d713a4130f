// What inflating a .nii.gz takes, and nothing else: read-inflate.mjs <file> <how>. Prints JSON.
import { createReadStream, readFileSync } from "node:fs";
import { createGunzip, gunzipSync } from "node:zlib";
import { report, sumOfPages } from "./read-side.mjs";

const [path, how] = process.argv.slice(2);
const header = 352;
const size = 512 * 512 * 450 * 2;

await report(how === "zlib alone, in one piece" ? inOnePiece : streamed);

function inOnePiece() {
  // Room for all of it, or zlib would join many pieces.
  const bytes = gunzipSync(readFileSync(path), { chunkSize: header + size + (1 << 16) });
  return sumOfPages(new Int16Array(bytes.buffer, bytes.byteOffset + header, size / 2));
}

async function streamed() {
  const packed = createReadStream(path, { highWaterMark: 1 << 18 });
  let sum = 0;
  let at = -header; // where in the voxels a part begins
  for await (const part of packed.pipe(createGunzip({ chunkSize: 1 << 20 }))) {
    const first = at < 0 ? -at : (4096 - (at % 4096)) % 4096;
    for (let n = first; n < part.length; n += 4096) sum += part.readInt16LE(n);
    at += part.length;
  }
  return sum;
}
