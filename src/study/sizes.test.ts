import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readLabels } from "../volume/index.node.ts";
import { measureMask } from "./measure.ts";
import { measurementJson } from "./measurement-json.ts";

interface Sizes {
  readonly file: string;
  readonly lesions: readonly {
    readonly voxels: number;
    readonly longestAxialDiameterMm: number;
    readonly perpendicularAxialDiameterMm: number;
    readonly longest3dDiameterMm: number;
    readonly surfaceAreaMm2: number;
    readonly sphericity: number;
    readonly distanceToLiverSurfaceMm: number;
  }[];
}

const official = resolve(import.meta.dirname, "../../../shared/data/nifti/lits-official");
const oracle = resolve(import.meta.dirname, "../../test/oracle/study/sizes.json");

test.skipIf(!existsSync(official))(
  "official LiTS labels: scipy's diameters and distances, scikit-image's surfaces",
  async () => {
    for (const expected of JSON.parse(readFileSync(oracle, "utf8")) as readonly Sizes[]) {
      const mask = await readLabels(join(official, `${expected.file}.nii.gz`));
      const { lesions } = measurementJson(measureMask(mask, { spacingKnown: true }));
      expect(lesions).toHaveLength(expected.lesions.length);
      // Lesions of equal size may stand in another order.
      const key = ({ voxels, longestAxialDiameterMm: length }: Sizes["lesions"][number]): string =>
        `${String(voxels).padStart(9)} ${length.toFixed(4)}`;
      const ours = (lesions as unknown as Sizes["lesions"]).toSorted((a, b) =>
        key(a).localeCompare(key(b)),
      );
      expected.lesions
        .toSorted((a, b) => key(a).localeCompare(key(b)))
        .forEach((theirs, index) => {
          const mine = ours[index];
          expect(mine.voxels).toBe(theirs.voxels);
          expect(mine.longestAxialDiameterMm).toBeCloseTo(theirs.longestAxialDiameterMm, 6);
          expect(mine.longest3dDiameterMm).toBeCloseTo(theirs.longest3dDiameterMm, 6);
          expect(mine.distanceToLiverSurfaceMm).toBeCloseTo(theirs.distanceToLiverSurfaceMm, 3);
          // Of longest lines that are equally long, theirs is the first, ours the broadest: here once.
          const broader = mine.perpendicularAxialDiameterMm - theirs.perpendicularAxialDiameterMm;
          expect(broader).toBeGreaterThan(-1e-6);
          if (theirs.voxels !== 134) expect(broader).toBeCloseTo(0, 6);
          // Where voxels meet in an edge only, scikit-image's cells (Lewiner's) are others.
          expect(Math.abs(mine.surfaceAreaMm2 / theirs.surfaceAreaMm2 - 1)).toBeLessThan(0.01);
          expect(Math.abs(mine.sphericity / theirs.sphericity - 1)).toBeLessThan(0.01);
        });
    }
  },
);
