import { expect, test } from "vitest";
import { makePhantom } from "../../phantom/index.ts";
import { requireLabels } from "./are-labels.ts";

const { scan, mask } = makePhantom({ seed: 3, dims: [48, 48, 12] });

/** As many voxels as the mask has, each value in runs of so many. */
const runsOf = (length: number, values: number): Int16Array =>
  Int16Array.from(mask.voxels, (_, n) => Math.floor(n / length) % values);

const greyAs = (found: string) =>
  expect.objectContaining({
    code: "labels.value",
    message: `The mask holds grey values rather than labels (${found}): more of them than labels have, or hardly two neighbours alike. They come from a scan taken for a mask, a picture format with losses (JPEG), or an interpolation.`,
    hint: "make the mask again as labels: PNG or NIfTI, resampled with nearest neighbour",
  });

test("a scan is no mask, whole or cut to a window", () => {
  const voxels = Int16Array.from(scan.voxels);
  const values = new Set(voxels).size;
  const [low, high] = [Math.min(...voxels), Math.max(...voxels)];
  expect(() => requireLabels({ voxels })).toThrow(
    greyAs(`${values} different values from ${low} to ${high}`),
  );
  // 101 values, of which the two at the ends are most of the voxels.
  const window = Int16Array.from(voxels, (hu) => Math.min(80, Math.max(-20, hu)));
  expect(() => requireLabels({ voxels: window })).toThrow(
    greyAs("101 different values from -20 to 80"),
  );
});

test("256 different labels that run on are labels; one more is not", () => {
  expect(() => requireLabels({ voxels: runsOf(20, 256) })).not.toThrow();
  expect(() => requireLabels({ voxels: runsOf(20, 257) })).toThrow(
    greyAs("257 different values from 0 to 256"),
  );
});

test("few values, however they lie, and labels that run on, are labels", () => {
  // 0 to 9: seven besides 0, 1 and 2; with 10 there are eight, none beside its like.
  expect(() => requireLabels({ voxels: runsOf(1, 10) })).not.toThrow();
  expect(() => requireLabels({ voxels: runsOf(1, 11) })).toThrow(
    greyAs("11 different values from 0 to 10"),
  );
  expect(() => requireLabels({ voxels: runsOf(2, 11) })).not.toThrow();
  expect(() => requireLabels(mask)).not.toThrow();
});

test("lesions numbered one by one, each of a voxel, do not make a liver grey", () => {
  const voxels = Int16Array.from(mask.voxels, (label, n) => (n % 997 === 0 ? 3 + (n % 20) : label));
  expect(new Set(voxels).size).toBeGreaterThan(11);
  expect(() => requireLabels({ voxels })).not.toThrow();
});

test("an empty mask holds labels", () => {
  expect(() => requireLabels({ voxels: new Uint8Array(0) })).not.toThrow();
  expect(() => requireLabels({ voxels: new Uint8Array(9) })).not.toThrow();
});
