import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNifti } from "../volume/index.node.ts";
import { type Affine, type CtVolume, type LabelVolume, reorient } from "../volume/index.ts";
import { openCase } from "./case-slices.node.ts";
import { neighboursOf } from "./neighbours.ts";
import { pictureOf } from "./picture.ts";
import { convertSettings } from "./settings.ts";
import { sliceContents } from "./slice-contents.node.ts";
import { axialSlice } from "./tensor.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-contents-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Axes of all kinds: as they are, against the slices' direction, and slices across the file. */
const axes: Readonly<Record<string, Affine>> = {
  LPS: [-1, 0, 0, 3, 0, -2, 0, 4, 0, 0, 3, 5, 0, 0, 0, 1],
  RAI: [1, 0, 0, 3, 0, 2, 0, 4, 0, 0, -3, 5, 0, 0, 0, 1],
  SPL: [0, 0, -1, 3, 0, -2, 0, 4, 3, 0, 0, 5, 0, 0, 0, 1],
  IRA: [0, 1, 0, 3, 0, 0, 2, 4, -3, 0, 0, 5, 0, 0, 0, 1],
  RSA: [1, 0, 0, 3, 0, 0, 2, 4, 0, 3, 0, 5, 0, 0, 0, 1],
  PIR: [0, 0, 1, 3, -2, 0, 0, 4, 0, -3, 0, 5, 0, 0, 0, 1],
};

const cases = Object.keys(axes).flatMap((codes) =>
  ([".nii", ".nii.gz"] as const).flatMap((ending) =>
    (["radiological", "notebook"] as const).map((orientation) => ({ codes, ending, orientation })),
  ),
);

test.each(cases)(
  "slices of a $codes $ending, $orientation, are the turned volume's",
  async ({ codes, ending, orientation }) => {
    const grid = { dims: [5, 4, 6], affine: axes[codes], affineFrom: "sform" } as const;
    // One stored slice holds a fraction, another a label above 255.
    const hu = Float32Array.from({ length: 120 }, (_, n) => 3 * n - 150 + (n === 61 ? 0.5 : 0));
    const labels = Int16Array.from({ length: 120 }, (_, n) => (n === 90 ? 300 : n % 3));
    const scan: CtVolume = { kind: "ct", ...grid, voxels: hu };
    const mask: LabelVolume = { kind: "labels", ...grid, voxels: labels };
    const paths = {
      scan: join(folder, `scan-${codes}${ending}`),
      mask: join(folder, `mask-${codes}${ending}`),
    };
    await writeNifti(paths.scan, scan);
    await writeNifti(paths.mask, mask);
    const files = await openCase(paths, orientation);
    const whole = reorient(scan, files.codes);
    const wholeMask = reorient(mask, files.codes);
    const [width, height, depth] = whole.dims;
    expect(files.turned.dims).toEqual(whole.dims);
    const box = { x: 0, y: 0, width, height };
    for (const neighbours of [0, 1, 2]) {
      const windows = neighbours === 0 ? ["liver", "custom", "abdomen_soft"] : ["abdomen_soft"];
      const settings = convertSettings({
        ...{ neighbours, everyKth: neighbours + 1, format: neighbours === 2 ? "png16" : "jpeg" },
        channels: { windows, histogram: false },
        ...(neighbours === 2 ? { neighbours: 1 } : {}),
      });
      const found: number[] = [];
      // In parts, as threads get them.
      for (let from = 0; from < depth; from += 2) {
        const part = { files, settings, box, from, to: Math.min(depth, from + 2) };
        for await (const { k, picture, mask: content } of sliceContents(part)) {
          found.push(k);
          const stack = neighboursOf(k, { count: depth, neighbours: settings.neighbours });
          const slices = stack.map((at) => axialSlice<CtVolume["voxels"]>(whole, at));
          expect(picture).toEqual(pictureOf(slices, { width, height, settings }));
          const expected = axialSlice<LabelVolume["voxels"]>(wholeMask, k);
          expect([...(content?.labels ?? [])]).toEqual([...expected]);
        }
      }
      const chosen = Array.from({ length: depth }, (_, k) => k).filter(
        (k) => k % settings.everyKth === 0,
      );
      expect(found.sort((a, b) => a - b)).toEqual(chosen);
    }
  },
);
