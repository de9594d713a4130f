import { describe, expect, test } from "vitest";
import { makePhantom, type Lesion as PhantomLesion } from "../phantom/index.ts";
import { type Affine, type LabelVolume, multiplyAffines, type Triple } from "../volume/index.ts";
import { axialDiameters } from "./diameters.ts";
import { type Measurement, measureMask, measureScan } from "./measure.ts";

/** @file Balls and ellipsoids, whose sizes are known whatever the grid. */

const ball = (centreMm: Triple, radius: number): PhantomLesion => ({
  centreMm,
  semiAxesMm: [radius, radius, radius],
  contrastHu: -40,
  softnessMm: 0.5,
});

/** A mask of an ellipsoid of these semi-axes, turned with the patient, in a liver that is a box. */
function ellipsoidMask(semiAxesMm: Triple, affine: Affine): LabelVolume {
  const dims: Triple = [64, 64, 40];
  const middle = [31.3, 31.8, 19.6];
  const voxels = new Uint8Array(dims[0] * dims[1] * dims[2]);
  let at = 0;
  for (let k = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) {
      for (let i = 0; i < dims[0]; i++, at++) {
        const step = [i - middle[0], j - middle[1], k - middle[2]];
        const place = [0, 4, 8].map(
          (row) => affine[row] * step[0] + affine[row + 1] * step[1] + affine[row + 2] * step[2],
        );
        const inside = place.reduce((sum, x, axis) => sum + (x / semiAxesMm[axis]) ** 2, 0) <= 1;
        voxels[at] = inside ? 2 : 1;
      }
    }
  }
  return { kind: "labels", dims, affine, affineFrom: "sform", voxels };
}

const spaced = (x: number, y: number, z: number): Affine => [
  ...[x, 0, 0, 0],
  ...[0, y, 0, 0],
  ...[0, 0, z, 0],
  ...[0, 0, 0, 1],
];

/** Turned by an angle about the patient's left–right axis, as a tilted head or gantry is. */
const tilted = (degrees: number): Affine => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1];
};

describe.each<[string, Affine, number]>([
  ["isotropic", spaced(-0.8, -0.8, 0.8), 0.8],
  ["anisotropic", spaced(-0.7, -0.7, 1.25), 1.25],
  ["oblique", multiplyAffines(tilted(25), spaced(-0.7, -0.7, 1.25)), 1.25],
  ["stored from the head", spaced(0.9, -0.7, -1.25), 1.25],
])("a ball of 30 mm, %s", (_name, affine, coarsest) => {
  const radius = 15;
  const { lesions, tumourMl } = measureMask(ellipsoidMask([radius, radius, radius], affine), {
    spacingKnown: true,
  });
  const [{ shape, place }] = lesions;
  if (shape === null || place === null) throw new Error("the spacing is known");

  test("volume within 1 %", () => {
    expect(lesions).toHaveLength(1);
    const exact = (4 / 3) * Math.PI * radius ** 3;
    expect(Math.abs((shape.volumeMl * 1000) / exact - 1)).toBeLessThan(0.01);
    expect(tumourMl).toBeCloseTo(shape.volumeMl, 9);
  });

  test("diameters within a voxel, at right angles to each other", () => {
    for (const { lengthMm } of [shape.longestAxial, shape.perpendicularAxial, shape.longest3d]) {
      expect(Math.abs(lengthMm - 2 * radius)).toBeLessThan(coarsest);
    }
    expect(shape.longest3d.lengthMm).toBeGreaterThanOrEqual(shape.longestAxial.lengthMm);
  });

  test("the centre of mass is the centre", () => {
    const middle = [31.3, 31.8, 19.6];
    [0, 4, 8].forEach((row, axis) => {
      const exact =
        affine[row] * middle[0] + affine[row + 1] * middle[1] + affine[row + 2] * middle[2];
      expect(Math.abs(shape.centroidMm[axis] - exact - affine[row + 3])).toBeLessThan(0.1);
    });
  });

  test("nearly round: the steps of the voxels make the surface about 8 % too large", () => {
    expect(shape.sphericity).toBeGreaterThan(0.88);
    expect(shape.sphericity).toBeLessThan(0.96);
    expect(shape.surfaceAreaMm2 / (4 * Math.PI * radius ** 2)).toBeGreaterThan(1.04);
    expect(shape.surfaceAreaMm2 / (4 * Math.PI * radius ** 2)).toBeLessThan(1.12);
  });

  test("the liver goes on to the scan's edge: nobody knows where its surface is", () => {
    expect(place.distanceToLiverSurfaceMm).toBe(null);
    expect(place.touchesLiverSurface).toBe(false);
  });
});

test("an ellipsoid's axes: two in the axial plane, the third through it", () => {
  const { lesions } = measureMask(ellipsoidMask([18, 9, 12], spaced(-0.7, -0.7, 1.25)), {
    spacingKnown: true,
  });
  const shape = lesions[0].shape;
  expect(Math.abs((shape?.longestAxial.lengthMm ?? 0) - 36)).toBeLessThan(0.7);
  expect(Math.abs((shape?.perpendicularAxial.lengthMm ?? 0) - 18)).toBeLessThan(0.7);
  expect(Math.abs((shape?.longest3d.lengthMm ?? 0) - 36)).toBeLessThan(0.7);
  // Along the patient's left and right.
  const [[ax, ay], [bx, by]] = shape?.longestAxial.endsMm ?? [
    [0, 0],
    [0, 0],
  ];
  expect(Math.abs(ax - bx)).toBeGreaterThan(35);
  expect(Math.abs(ay - by)).toBeLessThan(5);
});

test("a disc's diameter: between boundaries 0.7 of a voxel too long, between centres 0.2 too short", () => {
  const deviation = { boundaries: 0, centres: 0 };
  const radii = Array.from({ length: 24 }, (_, n) => 4 + 0.37 * n);
  for (const radius of radii) {
    const voxels = Uint8Array.from({ length: 40 * 40 * 3 }, (_, at) => {
      const [i, j, k] = [at % 40, Math.floor(at / 40) % 40, Math.floor(at / 1600)];
      // Centres that fall anywhere between voxels.
      const [x, y] = [19.5 + ((radius * 7) % 1), 19.5 + ((radius * 13) % 1)];
      return k === 1 && Math.hypot(i - x, j - y) <= radius ? 1 : 0;
    });
    const body = { dims: [40, 40, 3] as const, affine: spaced(1, 1, 1), voxels };
    for (const between of ["boundaries", "centres"] as const) {
      const { lengthMm } = axialDiameters(body, between).longest;
      deviation[between] += (lengthMm - 2 * radius) / radii.length;
    }
  }
  expect(Math.abs(deviation.boundaries - 0.7)).toBeLessThan(0.1);
  expect(Math.abs(deviation.centres + 0.2)).toBeLessThan(0.1);
});

describe("a phantom's own answers", () => {
  const lesions = [ball([95, 0, -40], 12), ball([60, 30, -30], 8)];
  const { scan, mask, truth } = makePhantom({
    seed: 3,
    dims: [160, 128, 60],
    spacing: [2, 2, 3],
    lesions,
    orientation: "RPI",
  });
  const measured: Measurement = measureScan(scan, { mask, spacingKnown: true });

  test("voxels and millilitres", () => {
    expect(measured.liverMl).toBeCloseTo(truth.liver.volumeMl, 6);
    expect(measured.tumourMl).toBeCloseTo(truth.tumour.volumeMl, 6);
    expect(measured.lesions.map(({ voxels }) => voxels)).toEqual(
      truth.lesions.map(({ voxels }) => voxels),
    );
  });

  test("centres, diameters, intensities", () => {
    measured.lesions.forEach(({ shape, hu }, index) => {
      const { centreMm, semiAxesMm } = lesions[index];
      shape?.centroidMm.forEach((x, axis) => {
        expect(Math.abs(x - centreMm[axis])).toBeLessThan(0.8);
      });
      expect(Math.abs((shape?.longestAxial.lengthMm ?? 0) - 2 * semiAxesMm[0])).toBeLessThan(2.5);
      expect(hu?.medianHu).toBeDefined();
      expect(Math.abs((hu?.medianHu ?? 0) - (truth.liver.meanHu - 40))).toBeLessThan(6);
    });
    expect(Math.abs((measured.liverHu?.medianHu ?? 0) - truth.liver.meanHu)).toBeLessThan(3);
  });
});
