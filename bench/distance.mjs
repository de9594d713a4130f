// Exact Euclidean distances of masks of 512 × 512 × 450: ours, scipy and edt in turn.
import { compareVoxels } from "./voxels.mjs";

const inputs = [
  { name: "depth in a phantom's liver", mask: "phantom", label: "any", subject: "depth" },
  { name: "distance from its tumours", mask: "phantom", label: 2, subject: "distance" },
  { name: "distance from blobs", mask: "blobs", label: 1, subject: "distance" },
  { name: "depth in noise of 30 %", mask: "noise", label: 1, subject: "depth" },
];
/** Ours runs on one thread, as scipy does; edt takes what it is given. */
const peers = {
  "scipy.ndimage.distance_transform_edt": ["scipy", 1],
  "edt, 1 thread": ["edt", 1],
  "edt, 2 threads": ["edt", 2],
};

export const measure = (options) =>
  compareVoxels({
    ...options,
    subject: "distance",
    jobs: inputs.map((input) => ({ ...input, connectivity: 26 })),
    peers,
    // The largest distance; edt adds up in float32.
    tolerance: 5e-6,
  });
