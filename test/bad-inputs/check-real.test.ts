import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { asItIs, checkFit, meanStep, otherWays, outlineOf } from "../../src/catalog/check/fit.ts";
import { previewMask, previewScan } from "../../src/catalog/check/preview.ts";
import { checkFiles, findCases } from "../../src/catalog/index.node.ts";
import { readCt, readLabels } from "../../src/volume/index.node.ts";

const data = resolve(import.meta.dirname, "../../../shared/data");

/** File and code of each finding about such files. */
async function told(...names: string[]): Promise<string[]> {
  const { findings } = await checkFiles(names.map((name) => join(data, name)));
  return findings.map(({ file, code }) => `${basename(file)} ${code}`);
}

describe.skipIf(!existsSync(data))("real scans and masks", () => {
  test("a CT of the abdomen, one of the chest: nothing", async () => {
    expect(await told("nifti/totalseg/example_ct.nii.gz")).toEqual([]);
    expect(await told("nifti/totalseg/example_ct_sm.nii.gz")).toEqual([]);
    const chest = "radiomics/ibsi/ibsi_1_ct_radiomics_phantom/nifti";
    expect(await told(`${chest}/image/phantom.nii.gz`, `${chest}/mask/mask.nii.gz`)).toEqual([]);
  });

  test("35 an MR is no CT", async () => {
    expect(await told("nifti/totalseg/example_mr_sm.nii.gz")).toEqual([
      "example_mr_sm.nii.gz no-air",
    ]);
    expect(await told("nifti/nibabel/anatomical.nii")).toContain(
      "anatomical.nii intensities-not-hu",
    );
  });

  test("the official labels of LiTS 0 and 1: only that their axes are left-handed", async () => {
    for (const n of [0, 1]) {
      const name = `reference-segmentation-${n}.nii.gz`;
      expect(await told(`nifti/lits-official/${name}`)).toEqual([`${name} left-handed`]);
    }
    expect(await told("nifti/lits-official/msd-liver_0-label.nii.gz")).toEqual([]);
  });

  test("37 another tool's organs", async () => {
    expect(
      await told("nifti/totalseg/example_ct_sm.nii.gz", "nifti/totalseg/example_seg.nii.gz"),
    ).toEqual(["example_seg.nii.gz labels-unexpected"]);
  });
});

const lits = join(data, "lits-slices-256");

test.skipIf(!existsSync(lits))(
  "28 46 of 19 LiTS masks none is told as it is, and all 285 mirrored, turned or reversed would be",
  async () => {
    const { cases } = await findCases(lits);
    expect(cases).toHaveLength(19);
    for (const { scanPath, maskPath } of cases) {
      const { scan } = await readCt(scanPath);
      const preview = previewScan(scan);
      const mask = previewMask(await readLabels(maskPath ?? ""));
      expect(checkFit(preview, mask)).toEqual([]);
      // A mask that was turned is measured as the right one laid that way (fit.test.ts), and the
      // right way is then among those that it is held against.
      const outline = outlineOf(mask);
      const right = meanStep(preview, outline, asItIs);
      const ratios = otherWays(mask.dims).map((way) => right / meanStep(preview, outline, way));
      expect(ratios).toHaveLength(15);
      expect(Math.min(...ratios)).toBeGreaterThan(1.7);
    }
  },
  300_000,
);
