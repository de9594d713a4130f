import { expect, test } from "vitest";
import { type Affine, identityAffine, type LabelVolume } from "../volume/index.ts";
import { scorePair } from "./pair-scores.ts";

const size = 64;

/** A ball around the middle of a grid of 0.5 mm, moved along i. */
function ball(radiusMm: number, movedMm = 0): LabelVolume {
  const spacing = 0.5;
  const voxels = new Uint8Array(size ** 3);
  const middle = (size - 1) / 2;
  for (let at = 0; at < voxels.length; at++) {
    const [i, j, k] = [at % size, Math.floor(at / size) % size, Math.floor(at / size / size)];
    const x = spacing * (i - middle) - movedMm;
    const [y, z] = [spacing * (j - middle), spacing * (k - middle)];
    if (x * x + y * y + z * z <= radiusMm * radiusMm) voxels[at] = 2;
  }
  const affine: Affine = [0.5, 0, 0, 3, 0, 0.5, 0, 3, 0, 0, 0.5, 3, ...identityAffine.slice(12)];
  return { kind: "labels", dims: [size, size, size], affine, affineFrom: "sform", voxels };
}

test("concentric balls: every distance is the difference of the radii", () => {
  const { tumour } = scorePair(ball(8), ball(12), { toleranceMm: 4.5 });
  // Voxels put each surface off by up to half a diagonal of them, 0.43 mm.
  for (const distance of [tumour.assdMm, tumour.rmsdMm, tumour.hd95Mm]) {
    expect(Math.abs((distance ?? 0) - 4)).toBeLessThan(0.3);
  }
  expect(tumour.nsd).toBeGreaterThan(0.99);
  expect(scorePair(ball(8), ball(12), { toleranceMm: 3 }).tumour.nsd).toBe(0);
  // V = 4/3 π r³: Dice 2 r₁³ / (r₁³ + r₂³), RVD (r₂³ − r₁³) / r₁³.
  expect(Math.abs((tumour.dice ?? 0) - (2 * 512) / (512 + 1728))).toBeLessThan(0.005);
  expect(Math.abs((tumour.rvd ?? 0) - (1728 - 512) / 512)).toBeLessThan(0.03);
});

test("two balls of one size: the lens between them", () => {
  const [r, d] = [9, 6];
  const { tumour } = scorePair(ball(r), ball(r, d));
  // Lens: π (4r + d) (2r − d)² / 12.
  const lens = (Math.PI * (4 * r + d) * (2 * r - d) ** 2) / 12;
  expect(Math.abs((tumour.dice ?? 0) - lens / ((4 / 3) * Math.PI * r ** 3))).toBeLessThan(0.005);
  // From the far pole to the other ball: d.
  expect(Math.abs((tumour.msdMm ?? 0) - d)).toBeLessThan(0.5);
});

test("the scores do not depend on which mask is the reference, but for the sign of RVD", () => {
  const [one, other] = [
    scorePair(ball(7), ball(9, 2)).tumour,
    scorePair(ball(9, 2), ball(7)).tumour,
  ];
  for (const name of ["dice", "iou", "assdMm", "rmsdMm", "msdMm", "hd95Mm", "nsd"] as const) {
    expect(one[name]).toBeCloseTo(other[name] ?? Number.NaN, 9);
  }
  expect(one.rvd).toBeGreaterThan(0);
  expect(other.rvd).toBeLessThan(0);
});

test("a far small ball beside a large one is found by blocks, exactly", () => {
  const both = ball(2, -13);
  const far = { ...both, voxels: both.voxels.map((label, at) => label || ball12.voxels[at]) };
  const { tumour } = scorePair(ball12, far);
  // From the far ball's far pole, at −15 mm, to the other's nearest, at 5 − 3 = 2 mm.
  expect(Math.abs((tumour.msdMm ?? 0) - 17)).toBeLessThan(0.6);
});

const ball12 = ball(3, 5);
