// A scan and a 2D network, made from a seed alone, so that a tab and Node predict the same.
import { randomFrom } from "../dist/core/index.js";
import {
  build,
  initialVectors,
  inventoryOf,
  networkSpecSchema,
  tensorsOf,
  unet,
} from "../dist/model/index.js";
import { encodeModel, input } from "../dist/onnx/index.js";

/** What is predicted: `slices` of `side`² on a network of `size`². */
export const predictInput = {
  name: "100 slices of 512², 2D U-Net of 128², widths 16–128",
  slices: 100,
  side: 512,
  size: 128,
  widths: [16, 32, 64, 128],
};

/** Threads of either side. */
export const predictThreads = 2;

/** @returns a scan of blobs in noise, the network's description, and its ONNX bytes */
export function predictJob({ slices, side, size, widths }) {
  const random = randomFrom(1);
  const network = unet({ architecture: "unet", channels: 3, classes: 3, widths, convolutions: 2 });
  const shape = [1, 3, size, size];
  const inventory = inventoryOf(network, shape);
  const tensors = tensorsOf(initialVectors(inventory, random.fork("weights")), inventory);
  const [logits] = build(network, input("image", shape), { mode: "eval" }).outputs;
  const model = encodeModel(
    { logits },
    {
      weights: Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data])),
    },
  );
  const spec = networkSpecSchema.parse({
    format: "hepar-network/1",
    name: "bench",
    input: {
      ...{ name: "image", kind: "2d", patch: [size, size], cover: "stretch" },
      intensity: {
        scheme: "windows",
        windows: [
          { width: 150, level: 30 },
          { width: 200, level: 60 },
        ],
        histogram: true,
      },
    },
    output: {
      name: "logits",
      classes: ["background", "liver", "tumour"].map((name, label) => ({ name, label })),
    },
  });
  const voxels = new Int16Array(slices * side * side);
  for (let at = 0; at < voxels.length; at++) {
    const [x, y] = [at % side, Math.floor(at / side) % side];
    const inside = Math.hypot(x - side / 2, (y - side / 2) * 1.3) < side * 0.42;
    voxels[at] = inside ? 60 + 40 * Math.sin(x / 31) * Math.cos(y / 23) + random.below(24) : -1000;
  }
  const affine = [-0.7, 0, 0, 0, 0, -0.7, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  const scan = { kind: "ct", dims: [side, side, slices], affine, affineFrom: "sform", voxels };
  return { scan, spec, model };
}

/** Predicts, and tells seconds and how many voxels each label has. */
export async function timedPrediction({ scan, spec, session }, segment) {
  const started = performance.now();
  const { mask } = await segment(scan, { networks: [{ spec, session }] });
  const seconds = (performance.now() - started) / 1000;
  const labels = [0, 0, 0];
  for (const label of mask.voxels) labels[label]++;
  return { seconds, labels };
}
