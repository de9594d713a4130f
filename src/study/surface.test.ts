import fc from "fast-check";
import { expect, test } from "vitest";
import { distanceMm, type LabelVolume, type Triple } from "../volume/index.ts";
import { bodyOf, listComponents } from "./bodies.ts";
import { distanceToSurfaceMm, surfaceOf } from "./surface.ts";
import { surveyMask } from "./survey.ts";

const maskOf = (dims: Triple, voxels: ArrayLike<number>): LabelVolume => ({
  kind: "labels",
  dims,
  affine: [-0.7, 0, 0, 9, 0, 0.8, 0, -3, 0, 0, 1.25, 4, 0, 0, 0, 1],
  affineFrom: "sform",
  voxels: Uint8Array.from(voxels),
});

/** The surface as its definition says it, voxel by voxel: 1 on it. */
function surfaceByVoxel({ dims, voxels }: LabelVolume): Uint8Array {
  const isLiver = (label: number): boolean => label === 1 || label === 2;
  const steps = [1, dims[0], dims[0] * dims[1]];
  return Uint8Array.from(voxels, (label, at) => {
    if (!isLiver(label)) return 0;
    const bare = steps.some((step, axis) => {
      const place = Math.floor(at / step) % dims[axis];
      const below = place > 0 && !isLiver(voxels[at - step]);
      return below || (place + 1 < dims[axis] && !isLiver(voxels[at + step]));
    });
    return bare ? 1 : 0;
  });
}

const masks = fc
  .record({
    dims: fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 7 }),
    ),
    holes: fc.constantFrom(0, 1, 3),
    seeds: fc.array(fc.nat(99), { minLength: 504, maxLength: 504 }),
  })
  .map(({ dims, holes, seeds }) =>
    maskOf(
      dims,
      seeds
        .slice(0, dims[0] * dims[1] * dims[2])
        .map((seed) => (seed < 5 * holes ? 0 : seed < 90 ? 1 : 2)),
    ),
  );

test("the surface, and the depth of each lesion, as voxel by voxel and by a distance transform", () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const { liver, tumour } = surveyMask(mask);
      const surface = surfaceOf(liver, mask);
      const expected = surfaceByVoxel(mask);
      const { mm } = distanceMm({ ...mask, voxels: expected }, (value) => value === 1);
      const list = listComponents(mask, tumour);
      tumour.sizes.forEach((_, index) => {
        const body = bodyOf(mask, list, index + 1);
        let nearest = Infinity;
        for (let run = list.first[index]; run < list.first[index + 1]; run++) {
          const own = mm.subarray(list.start[run], list.start[run] + list.length[run]);
          nearest = Math.min(nearest, ...own);
        }
        const depth = distanceToSurfaceMm(body, { surface, grid: mask });
        if (nearest === Infinity) expect(depth).toBe(null);
        else expect(depth).toBeCloseTo(nearest, 5);
      });
      let voxels = 0;
      for (let run = 0; run < surface.from.length; run++)
        voxels += surface.to[run] - surface.from[run];
      expect(voxels).toBe(expected.reduce((sum, value) => sum + value, 0));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("a liver that fills the scan shows no surface", () => {
  const mask = maskOf(
    [3, 3, 3],
    Array.from({ length: 27 }, (_, at) => (at === 13 ? 2 : 1)),
  );
  const { liver, tumour } = surveyMask(mask);
  const body = bodyOf(mask, listComponents(mask, tumour), 1);
  expect(distanceToSurfaceMm(body, { surface: surfaceOf(liver, mask), grid: mask })).toBe(null);
});
