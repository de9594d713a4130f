import { expect, test } from "vitest";
import { measureMask } from "../../study/index.ts";
import { type Affine, type LabelVolume, reorient, spacingOf } from "../../volume/index.ts";
import { cropLesion } from "./lesion-crop.ts";

/** A tilted ellipse of tumour in an ellipse of liver, stored with the given affine. */
function maskWith(affine: Affine): LabelVolume {
  const dims = [40, 30, 5] as const;
  const voxels = new Uint8Array(40 * 30 * 5);
  for (let k = 1; k < 4; k++) {
    for (let j = 0; j < 30; j++) {
      for (let i = 0; i < 40; i++) {
        const [u, v] = [(i - 22 + (j - 12)) / 9, (j - 12 - (i - 22)) / 4];
        const at = i + 40 * (j + 30 * k);
        if (u * u + v * v < 1 - (k === 2 ? 0 : 0.5)) voxels[at] = 2;
        else if (((i - 20) / 18) ** 2 + ((j - 15) / 13) ** 2 < 1) voxels[at] = 1;
      }
    }
  }
  return { kind: "labels", dims, voxels, affine, affineFrom: "sform" };
}

const affines: Readonly<Record<string, Affine>> = {
  "RAS, 0.8 × 1.1 mm": [0.8, 0, 0, -10, 0, 1.1, 0, 5, 0, 0, 3, 0, 0, 0, 0, 1],
  "LPS, square": [-0.7, 0, 0, 100, 0, -0.7, 0, 90, 0, 0, 5, -60, 0, 0, 0, 1],
  "LAS, 1.3 × 0.6 mm": [-1.3, 0, 0, 0, 0, 0.6, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  "PLS: rows run to the back": [0, -0.9, 0, 3, -1.2, 0, 0, 4, 0, 0, 2, 0, 0, 0, 0, 1],
};

test.each(Object.keys(affines))("calipers are as long as the study says: %s", (name) => {
  const stored = maskWith(affines[name]);
  const [lesion] = measureMask(stored, { spacingKnown: true }).lesions;
  const shape = lesion.shape;
  if (shape === null) throw new Error("the spacing is known");
  const mask = reorient(stored, "LPS");
  const [width, height] = mask.dims;
  const crop = cropLesion(
    {
      lesion: 1,
      voxels: lesion.voxels,
      slice: lesion.slice,
      axial_slice: shape.axialSlice,
      volume_ml: shape.volumeMl,
      longest_axial_diameter_mm: shape.longestAxial.lengthMm,
      perpendicular_axial_diameter_mm: shape.perpendicularAxial.lengthMm,
      longest_axial_ends_voxel: JSON.stringify(shape.longestAxial.endsVoxel),
      perpendicular_axial_ends_voxel: JSON.stringify(shape.perpendicularAxial.endsVoxel),
    },
    {
      mask,
      stored,
      spacingKnown: true,
      planeOf: () => ({ width, height, gray: new Uint8Array(width * height) }),
    },
  );
  const [x, y] = spacingOf(mask.affine);
  for (const [drawn, measured] of [
    [crop.longest, shape.longestAxial],
    [crop.perpendicular, shape.perpendicularAxial],
  ] as const) {
    if (drawn === null) throw new Error("no caliper");
    const [[ax, ay], [bx, by]] = drawn.ends;
    expect(Math.hypot((bx - ax) * x, (by - ay) * y)).toBeCloseTo(measured.lengthMm, 6);
    expect(drawn.lengthMm).toBe(measured.lengthMm);
    // Between boundaries: each end lies on the corner of a tumour's pixel.
    for (const [px, py] of drawn.ends) {
      const around = [-0.5, 0.5].flatMap((dx) => [-0.5, 0.5].map((dy) => [px + dx, py + dy]));
      const labels = around.map(([u, v]) => crop.mask[Math.floor(u) + crop.width * Math.floor(v)]);
      expect(labels).toContain(1);
    }
  }
});

test("without a spacing there are no millimetres", () => {
  const stored = maskWith(affines["LPS, square"]);
  const crop = cropLesion(
    {
      lesion: 1,
      voxels: 9,
      slice: 2,
      axial_slice: null,
      volume_ml: null,
      longest_axial_diameter_mm: null,
      perpendicular_axial_diameter_mm: null,
      longest_axial_ends_voxel: null,
      perpendicular_axial_ends_voxel: null,
    },
    {
      mask: stored,
      stored,
      spacingKnown: false,
      planeOf: () => ({ width: 40, height: 30, gray: new Uint8Array(1200) }),
    },
  );
  expect([crop.longest, crop.perpendicular, crop.sideMm, crop.volumeMl]).toEqual(
    Array(4).fill(null),
  );
  expect(crop.mask.some((value) => value === 1)).toBe(true);
});
