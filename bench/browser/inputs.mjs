/** What the page and the benchmark train; the first is the benchmark's. */
export const browserInputs = [
  {
    name: "2D, batch 4 of 128², widths 16–256",
    batch: 4,
    size: 128,
    widths: [16, 32, 64, 128, 256],
  },
  { name: "2D, batch 2 of 32², widths 4–16", batch: 2, size: 32, widths: [4, 8, 16] },
  {
    name: "3D, batch 1 of 16³, widths 4–16",
    batch: 1,
    size: 16,
    widths: [4, 8, 16],
    dimensions: 3,
  },
];
