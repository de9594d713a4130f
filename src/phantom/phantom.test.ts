import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { applyAffine, axisCodes, connectedComponents, reorient } from "../volume/index.ts";
import { type Lesion, makePhantom, type Phantom } from "./index.ts";

const small = { dims: [96, 96, 20] } as const;

const hashOf = ({ scan, mask }: Phantom): string => {
  const hash = createHash("sha256");
  for (const { voxels } of [scan, mask]) {
    hash.update(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength));
  }
  return hash.digest("hex");
};

const voxelsOf = ({ mask }: Phantom, label: number): number =>
  Array.from(mask.voxels).filter((value) => value === label).length;

/** Mean HU of the voxels with a label, and their mean place in RAS mm. */
function meansOf({ scan, mask }: Phantom, label: number) {
  const [width, height] = mask.dims;
  const sum = { hu: 0, x: 0, y: 0, z: 0, count: 0 };
  mask.voxels.forEach((value, at) => {
    if (value !== label) return;
    const index = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
    const [x, y, z] = applyAffine(mask.affine, [index[0], index[1], index[2]]);
    sum.hu += scan.voxels[at];
    sum.x += x;
    sum.y += y;
    sum.z += z;
    sum.count++;
  });
  const { hu, x, y, z, count } = sum;
  return { hu: hu / count, x: x / count, y: y / count, z: z / count };
}

test("a seed is a patient, to the last voxel; another seed is another patient", () => {
  const first = hashOf(makePhantom({ seed: 7, ...small }));
  expect(hashOf(makePhantom({ seed: 7, ...small }))).toBe(first);
  expect(hashOf(makePhantom({ seed: 8, ...small }))).not.toBe(first);
});

test("the truth counts what the mask holds", () => {
  for (const seed of [1, 2]) {
    const phantom = makePhantom({ seed, ...small });
    const { truth } = phantom;
    const tumour = voxelsOf(phantom, 2);
    expect(truth.tumour.voxels).toBe(tumour);
    expect(truth.liver.voxels).toBe(voxelsOf(phantom, 1) + tumour);
    expect(truth.lesions.reduce((sum, { voxels }) => sum + voxels, 0)).toBe(tumour);
    expect(truth.liver.volumeMl).toBeCloseTo((truth.liver.voxels * truth.voxelMm3) / 1000, 9);
    // An adult's liver, give or take.
    expect(truth.liver.volumeMl).toBeGreaterThan(900);
    expect(truth.liver.volumeMl).toBeLessThan(2400);
  }
});

test("lesions never touch: as many components as lesions with voxels", () => {
  for (const seed of [1, 2]) {
    const { mask, truth } = makePhantom({ seed, ...small, lesions: 9 });
    const { sizes } = connectedComponents(mask, (label) => label === 2);
    const seen = truth.lesions.map(({ voxels }) => voxels).filter((voxels) => voxels > 0);
    expect([...sizes].sort((a, b) => a - b)).toEqual(seen.sort((a, b) => a - b));
  }
});

const sphere: Lesion = { centreMm: [60, 0, 0], semiAxesMm: [25, 25, 25], contrastHu: -40 };

test("a sphere of radius 25 mm holds 65.45 mL, and an ellipsoid its 4/3 π abc", () => {
  const fine = { dims: [70, 70, 70], spacing: [0.8, 0.8, 0.8], centre: [60.3, 0.1, 0.2] } as const;
  const [ball] = makePhantom({ seed: 1, ...fine, lesions: [sphere] }).truth.lesions;
  // 4/3 · π · 25³ = 65,449.8 mm³
  expect(ball.ellipsoidMl).toBeCloseTo(65.4498, 3);
  expect(Math.abs(ball.volumeMl / 65.4498 - 1)).toBeLessThan(0.005);

  const egg: Lesion = { ...sphere, semiAxesMm: [24, 15, 20] };
  const [oval] = makePhantom({ seed: 1, ...fine, lesions: [egg] }).truth.lesions;
  // 4/3 · π · 24 · 15 · 20 = 30,159.3 mm³
  expect(oval.ellipsoidMl).toBeCloseTo(30.1593, 3);
  expect(Math.abs(oval.volumeMl / 30.1593 - 1)).toBeLessThan(0.005);
});

test("the liver is on the patient's right, tumours in it, in every orientation", () => {
  const patient = { seed: 5, ...small } as const;
  const plain = makePhantom(patient);
  for (const orientation of ["RAS", "LAS", "PIR"]) {
    const phantom = makePhantom({ ...patient, orientation });
    expect(axisCodes(phantom.scan.affine)).toBe(orientation);
    expect(phantom.truth.orientation).toBe(orientation);
    expect(meansOf(phantom, 1).x).toBeGreaterThan(25);
    // The same anatomy: turned back it is the same scan.
    expect(
      hashOf({
        ...phantom,
        scan: reorient(phantom.scan, "LPS"),
        mask: reorient(phantom.mask, "LPS"),
      }),
    ).toBe(hashOf(plain));
  }
});

test("a lesion's voxels lie about its centre, in RAS mm", () => {
  const lesion: Lesion = { ...sphere, centreMm: [62, -8, 3], semiAxesMm: [14, 12, 16] };
  const means = meansOf(
    makePhantom({
      seed: 3,
      dims: [50, 60, 40],
      spacing: [1.5, 1.5, 1.5],
      centre: [60, 0, 0],
      orientation: "RAS",
      lesions: [lesion],
    }),
    2,
  );
  expect(means.x).toBeCloseTo(62, 0);
  expect(means.y).toBeCloseTo(-8, 0);
  expect(means.z).toBeCloseTo(3, 0);
});

test("HU are believable: air, liver, tumour, noise", () => {
  for (const seed of [1, 2]) {
    const phantom = makePhantom({ seed, ...small, lesions: [sphere] });
    const { hu } = meansOf(phantom, 1);
    expect(hu).toBeGreaterThan(85);
    expect(hu).toBeLessThan(130);
    // Vessels make the liver a little brighter than its tissue.
    expect(Math.abs(hu - phantom.truth.liver.meanHu)).toBeLessThan(8);
    expect(meansOf(phantom, 2).hu).toBeCloseTo(phantom.truth.liver.meanHu - 40, -1);
    // The first row is the air above the patient; noise goes no lower than air can.
    expect(Math.max(...phantom.scan.voxels.slice(0, 96))).toBeLessThan(-940);
    const ordered = phantom.scan.voxels.toSorted();
    expect(ordered[0]).toBeGreaterThanOrEqual(-1024);
    expect(ordered.at(-1)).toBeLessThan(1000);
  }
});

test("the noise has the strength that was asked for", () => {
  const quiet = makePhantom({ seed: 2, ...small, noiseSd: 0 });
  const noisy = makePhantom({ seed: 2, ...small, noiseSd: 15 });
  let squares = 0;
  let count = 0;
  noisy.mask.voxels.forEach((label, at) => {
    if (label !== 1) return;
    squares += (noisy.scan.voxels[at] - quiet.scan.voxels[at]) ** 2;
    count++;
  });
  expect(Math.sqrt(squares / count)).toBeGreaterThan(14);
  expect(Math.sqrt(squares / count)).toBeLessThan(16);
});

test("without lesions the mask holds the liver alone", () => {
  const phantom = makePhantom({ seed: 4, ...small, lesions: 0 });
  expect(phantom.truth.tumour).toEqual({ voxels: 0, volumeMl: 0 });
  expect(phantom.truth.lesions).toEqual([]);
  expect(voxelsOf(phantom, 2)).toBe(0);
  expect(voxelsOf(phantom, 1)).toBeGreaterThan(4000);
});

test("other lesions leave the rest of the patient as it was", () => {
  const before = makePhantom({ seed: 6, ...small, lesions: 0 });
  const after = makePhantom({ seed: 6, ...small, lesions: [sphere] });
  const changed = Array.from(before.scan.voxels).filter(
    (value, at) => value !== after.scan.voxels[at],
  ).length;
  // No more than the tumour and its soft rim.
  expect(changed).toBeLessThan(after.truth.tumour.voxels * 1.6);
});

test("the liver fits into the default grid, with slices above and below it", () => {
  for (const seed of [1, 2, 3, 4]) {
    const { mask } = makePhantom({ seed, dims: [64, 64, 40] });
    const slice = 64 * 64;
    const holds = (k: number): boolean =>
      mask.voxels.slice(k * slice, (k + 1) * slice).some((v) => v > 0);
    expect(holds(0)).toBe(false);
    expect(holds(39)).toBe(false);
    const filled = Array.from({ length: 40 }, (_, k) => k).filter(holds).length;
    expect(filled).toBeGreaterThanOrEqual(24);
  }
});
