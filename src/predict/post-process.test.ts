import { expect, test } from "vitest";
import { identityAffine, type LabelVolume } from "../volume/index.ts";
import { type PostProcessing, postProcess } from "./post-process.ts";

/** One row of voxels, 2 mm each: 0.008 mL. */
const rowOf = (labels: string): LabelVolume => ({
  ...{ kind: "labels", dims: [labels.length, 1, 1], affineFrom: "sform" },
  affine: identityAffine.map((value, cell) => (cell < 12 && cell % 5 === 0 ? 2 * value : value)),
  voxels: Uint8Array.from(labels, Number),
});

const nothing: PostProcessing = {
  ...{ largestLiver: false, tumourWithinMm: null, smallestTumourMl: 0, smallestTumourVoxels: 0 },
};

const after = (labels: string, settings: Partial<PostProcessing>) => {
  const { mask, steps } = postProcess(rowOf(labels), { ...nothing, ...settings });
  return [mask.voxels.join(""), steps.map(({ changedVoxels }) => changedVoxels)];
};

test.each([
  ["nothing is done unless told", "0211102001", {}, "0211102001", []],
  ["the largest liver, its tumours in it", "0211102001", { largestLiver: true }, "0211100000", [2]],
  ["labels of other organs stay", "0211103001", { largestLiver: true }, "0211103000", [1]],
  [
    "a tumour 4 mm away stays when told so, also after the step before took it away",
    "0211102000",
    { largestLiver: true, tumourWithinMm: 4 },
    "0211102000",
    [1, 1],
  ],
  ["and goes when it is further", "0211100200", { tumourWithinMm: 4 }, "0211100000", [1]],
  ["one that touches stays at 0 mm", "0211120200", { tumourWithinMm: 0 }, "0211120000", [1]],
  ["a large one that touches stays whole", "1222222222", { tumourWithinMm: 2 }, "1222222222", [0]],
  [
    "small tumours become liver, by mL",
    "1211221222",
    { smallestTumourMl: 0.016 },
    "1111221222",
    [1],
  ],
  ["by voxels", "1211221222", { smallestTumourVoxels: 3 }, "1111111222", [3]],
  ["of nothing, nothing", "0000", { largestLiver: true, tumourWithinMm: 3 }, "0000", [0, 0]],
] as const)("%s", (_, labels, settings, expected, changed) => {
  expect(after(labels, settings)).toEqual([expected, changed]);
});
