// Connected components of masks of 512 × 512 × 450: ours, scipy and cc3d in turn.
import { compareVoxels } from "./voxels.mjs";

const inputs = [
  { name: "phantom's liver, 26", mask: "phantom", label: "any", connectivity: 26 },
  { name: "phantom's tumours, 26", mask: "phantom", label: 2, connectivity: 26 },
  { name: "blobs, 26", mask: "blobs", label: 1, connectivity: 26 },
  { name: "noise of 30 %, 26", mask: "noise", label: 1, connectivity: 26 },
  { name: "noise of 30 %, 6", mask: "noise", label: 1, connectivity: 6 },
];
const peers = { "scipy.ndimage.label": ["scipy", 1], cc3d: ["cc3d", 1] };

export const measure = (options) =>
  compareVoxels({
    ...options,
    subject: "components",
    jobs: inputs.map((input) => ({ ...input, subject: "components" })),
    peers,
    tolerance: 0,
  });
