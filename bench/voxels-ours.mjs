// Our side of components and distance: reads a job, does it once. Prints JSON.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { connectedComponents, distanceMm } from "../dist/volume/index.js";

const { file, dims, spacing, subject, label, connectivity } = JSON.parse(process.argv[2]);
const voxels = readFileSync(file);
const [x, y, z] = spacing;
const mask = { dims, voxels, affine: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1] };
const inside = label === "any" ? (value) => value > 0 : (value) => value === label;

const subjects = {
  components: () => connectedComponents(mask, inside, { connectivity }),
  depth: () => distanceMm(mask, (value) => !inside(value)),
  distance: () => distanceMm(mask, inside),
};
const started = performance.now();
const made = subjects[subject]();
const seconds = (performance.now() - started) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
const answer = made.mm === undefined ? made.sizes.length : largest(made.mm);
process.stdout.write(`${JSON.stringify({ seconds, peakMb, answer })}\n`);

function largest(values) {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
