// Our side of read: read-ours.mjs <file> <whole | slices>. Prints JSON.
import { readCt, readCtSlices } from "../dist/volume/index.node.js";
import { report, sumOfPages } from "./read-side.mjs";

const [path, how] = process.argv.slice(2);
await report(async () => {
  if (how === "whole") return sumOfPages((await readCt(path)).scan.voxels);
  let sum = 0;
  for await (const { voxels } of (await readCtSlices(path)).slices) sum += sumOfPages(voxels);
  return sum;
});
