import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { voxelVolumeMm3 } from "./affine.ts";
import { compareGrids } from "./compare-grids.ts";
import { readLabels } from "./nifti/nifti.node.ts";
import { axisCodes, reorient } from "./orientation.ts";
import { resample } from "./resample/resample.ts";
import type { LabelVolume } from "./volume.ts";

const official = resolve(import.meta.dirname, "../../../shared/data/nifti/lits-official");

const countsOf = ({ voxels }: LabelVolume): number[] => {
  const counts = [0, 0, 0];
  for (const label of voxels) counts[label]++;
  return counts;
};

// The same mask twice: LiTS stores it LAS, the Decathlon RAS.
test.skipIf(!existsSync(official))(
  "LiTS 0 and Decathlon liver_0 are one mask in two orientations",
  async () => {
    const lits = await readLabels(join(official, "reference-segmentation-0.nii.gz"));
    const decathlon = await readLabels(join(official, "msd-liver_0-label.nii.gz"));
    expect([axisCodes(lits.affine), axisCodes(decathlon.affine)]).toEqual(["LAS", "RAS"]);

    const { same, differences } = compareGrids(lits, decathlon);
    expect(same).toBe(false);
    expect(differences).toEqual([
      { kind: "orientation", expected: "LAS", found: "RAS", samePlaces: true },
    ]);

    const turned = reorient(decathlon, "LAS");
    expect(compareGrids(lits, turned).same).toBe(true);
    expect(Buffer.compare(Buffer.from(turned.voxels), Buffer.from(lits.voxels))).toBe(0);
    // Onto the other's grid, by millimetres instead of by letters.
    const resampled = resample(decathlon, lits);
    expect(Buffer.compare(Buffer.from(resampled.voxels), Buffer.from(lits.voxels))).toBe(0);

    // As the data set's list counts them, and as published: 1366.05 mL of liver, 6.4 of tumour.
    expect(countsOf(lits)).toEqual([19_108_173, 550_036, 2_591]);
    expect(countsOf(decathlon)).toEqual(countsOf(lits));
    for (const mask of [lits, decathlon]) {
      const [, liver, tumour] = countsOf(mask).map((n) => (n * voxelVolumeMm3(mask.affine)) / 1000);
      expect(liver + tumour).toBeCloseTo(1366.0518, 3);
      expect(tumour).toBeCloseTo(6.4048, 3);
    }
  },
);
