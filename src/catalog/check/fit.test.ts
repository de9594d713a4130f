import { expect, test } from "vitest";
import { makePhantom } from "../../phantom/index.ts";
import { asItIs, checkFit, meanStep, otherWays, outlineOf, type Way } from "./fit.ts";
import { type Preview, previewMask, previewScan } from "./preview.ts";

/** The mask laid another way, voxel by voxel. */
function laid({ dims, voxels, step }: Preview, way: Way): Preview {
  const [width, height, depth] = dims;
  const turned = new Uint8Array(voxels.length);
  let at = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, at++) {
        let [x, y] = [i, way.mirrored ? height - 1 - j : j];
        let [columns, rows] = [width, height];
        for (let quarter = 0; quarter < way.quarters; quarter++) {
          [x, y] = [rows - 1 - y, x];
          [columns, rows] = [rows, columns];
        }
        const z = way.reversed ? depth - 1 - k : k;
        turned[x + width * (y + height * z)] = voxels[at];
      }
    }
  }
  return { dims, voxels: turned, step };
}

test("a way of laying the outline is the outline of the mask that was laid that way", () => {
  for (const dims of [
    [64, 64, 12],
    [72, 64, 12],
  ] as const) {
    const phantom = makePhantom({ seed: 3, dims });
    const scan = previewScan(phantom.scan);
    const mask = previewMask(phantom.mask);
    const outline = outlineOf(mask);
    const ways = otherWays(dims);
    expect(ways).toHaveLength(dims[0] === dims[1] ? 15 : 7);
    for (const way of ways) {
      const moved = meanStep(scan, outlineOf(laid(mask, way)), asItIs);
      expect(meanStep(scan, outline, way)).toBeCloseTo(moved, 4);
      expect(checkFit(scan, laid(mask, way))).toHaveLength(1);
    }
    expect(checkFit(scan, mask)).toEqual([]);
  }
});

test("worked by hand: one voxel of 10 in zeros has six steps of 10", () => {
  const voxels = new Float32Array(27);
  voxels[13] = 10;
  const scan = { dims: [3, 3, 3], voxels, step: 1 } as const;
  const mask = { ...scan, voxels: Uint8Array.from(voxels, (value) => (value > 0 ? 1 : 0)) };
  const outline = outlineOf(mask);
  // i, j, k and axis: before and behind the middle (1, 1, 1) along each axis.
  expect([...outline]).toEqual(
    [
      [1, 1, 0, 2],
      [1, 0, 1, 1],
      [0, 1, 1, 0],
      [1, 1, 1, 0],
      [1, 1, 1, 1],
      [1, 1, 1, 2],
    ].flat(),
  );
  expect(meanStep(scan, outline, asItIs)).toBe(10);
  // Too few pairs to say anything.
  expect(checkFit(scan, mask)).toEqual([]);
});
