import { expect, test } from "vitest";
import { identityAffine, type LabelVolume } from "../volume/index.ts";
import { largestClass } from "./classes.ts";
import { keepLiver } from "./keep-liver.ts";

const maskOf = (...voxels: number[]): LabelVolume => maskFrom(voxels);

const maskFrom = (voxels: readonly number[]): LabelVolume => ({
  kind: "labels",
  dims: [voxels.length, 1, 1],
  affine: identityAffine,
  affineFrom: "sform",
  voxels: Uint8Array.from(voxels),
});

test("the largest part stays, liver and tumour together; the rest becomes background", () => {
  const { mask, removedVoxels } = keepLiver(maskOf(1, 1, 0, 2, 1, 2, 0, 2));
  expect([...mask.voxels]).toEqual([0, 0, 0, 2, 1, 2, 0, 0]);
  expect(removedVoxels).toBe(3);
});

test("one part, or none, stays as it is", () => {
  const one = maskOf(0, 1, 2);
  expect(keepLiver(one)).toEqual({ mask: one, removedVoxels: 0 });
  const none = maskOf(0, 0);
  expect(keepLiver(none)).toEqual({ mask: none, removedVoxels: 0 });
});

test("more parts than a call has arguments", () => {
  const specks = maskFrom([...Array.from({ length: 300_001 }, (_, n) => (n + 1) % 2), 0, 1, 1]);
  const { mask, removedVoxels } = keepLiver(specks);
  expect(removedVoxels).toBe(150_001);
  expect([...mask.voxels.subarray(-4)]).toEqual([0, 0, 1, 1]);
});

test("the class of a pixel is where its logit is largest, the lower on a tie", () => {
  const classes = new Uint8Array(4);
  largestClass(Float32Array.of(0, 5, 1, -3, 1, 2, 1, -2, -1, 7, 0, -1), classes);
  expect([...classes]).toEqual([1, 2, 0, 2]);
});
