// Writes the scan, the weights and the model that both sides of the prediction benchmark use.
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomFrom } from "../dist/core/index.js";
import { build, initialVectors, inventoryOf, tensorsOf, unet } from "../dist/model/index.js";
import { encodeModel, input } from "../dist/onnx/index.js";

const { rank, patch, widths, dims, overlap, folder } = JSON.parse(process.argv[2]);
const shape = [1, 1, ...patch];
const network = unet({ architecture: "unet", channels: 1, classes: 3, widths, convolutions: 2 });
const inventory = inventoryOf(network, shape);
const tensors = tensorsOf(initialVectors(inventory, randomFrom(1).fork("weights")), inventory);
const flat = inventory.parameters.map(({ name }) => tensors[name].data);
await writeFile(
  join(folder, "weights.raw"),
  Buffer.concat(flat.map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
);
const weights = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]));
const [logits] = build(network, input("image", shape), { mode: "eval" }).outputs;
const model = join(folder, "model");
await mkdir(model);
await writeFile(join(model, "model.onnx"), encodeModel({ logits }, { weights }));
const spec = {
  format: "hepar-network/1",
  name: "bench",
  input: {
    kind: rank === 3 ? "3d" : "2d",
    patch,
    intensity: { scheme: "range", range: [-200, 300] },
  },
  output: { classes: ["background", "liver", "tumour"].map((name, label) => ({ name, label })) },
  prediction: { overlap, largestLiver: false },
};
await writeFile(join(model, "network.json"), JSON.stringify(spec));

// A ball of 60 HU with noise in fat, slice by slice: nothing is held.
const scan = await open(join(folder, "scan.raw"), "w");
const [width, height, depth] = dims;
const slice = new Int16Array(width * height);
let seed = 1;
for (let k = 0; k < depth; k++) {
  for (let n = 0; n < slice.length; n++) {
    const [i, j] = [n % width, Math.floor(n / width)];
    const radius = Math.hypot(i / width - 0.5, j / height - 0.5, k / depth - 0.5);
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    slice[n] = (radius < 0.3 ? 60 : radius < 0.45 ? -100 : -1000) + (seed >> 26);
  }
  await scan.write(new Uint8Array(slice.buffer));
}
await scan.close();
