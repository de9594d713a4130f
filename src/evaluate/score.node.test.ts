import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNifti } from "../volume/index.node.ts";
import { identityAffine, type LabelVolume } from "../volume/index.ts";
import { scoreCase } from "./score.node.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-score-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, ...voxels: number[]): Promise<string> {
  const mask: LabelVolume = {
    kind: "labels",
    dims: [voxels.length, 1, 1],
    affine: identityAffine,
    affineFrom: "sform",
    voxels: Uint8Array.from(voxels),
  };
  await writeNifti(join(folder, name), mask);
  return join(folder, name);
}

test("a prediction is compared voxel by voxel; a tumour in neither is not defined", async () => {
  const mask_source = await write("reference.nii.gz", 0, 1, 1, 1);
  const predictionPath = await write("prediction.nii.gz", 1, 1, 0, 1);
  expect(await scoreCase({ case: "a", mask_source }, { predictionPath })).toMatchObject({
    row: {
      case: "a",
      status: "scored",
      liver_dice: 4 / 6,
      liver_reference_voxels: 3,
      liver_predicted_voxels: 3,
      liver_common_voxels: 2,
      tumour_dice: null,
      tumour_reference_voxels: 0,
      tumour_predicted_voxels: 0,
      tumour_common_voxels: 0,
    },
  });
});

test("a missing prediction counts 0, also for a tumour that the reference lacks", async () => {
  const mask_source = await write("healthy.nii.gz", 0, 1, 1, 1);
  const predictionPath = join(folder, "none.nii.gz");
  expect(await scoreCase({ case: "a", mask_source }, { predictionPath })).toMatchObject({
    row: {
      status: "missing",
      liver_dice: 0,
      liver_reference_voxels: 3,
      tumour_dice: 0,
      tumour_reference_voxels: 0,
    },
  });
});

test("a prediction on another grid is an error, not a score", async () => {
  const mask_source = await write("four.nii.gz", 0, 1, 1, 1);
  const predictionPath = await write("three.nii.gz", 0, 1, 1);
  await expect(scoreCase({ case: "a", mask_source }, { predictionPath })).rejects.toMatchObject({
    code: "geometry.mismatch",
  });
});
