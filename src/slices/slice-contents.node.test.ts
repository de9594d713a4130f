import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNifti } from "../volume/index.node.ts";
import { type Affine, type CtVolume, type LabelVolume, reorient } from "../volume/index.ts";
import { cutBox, type SliceBox } from "./body.ts";
import { openCase } from "./case-slices.node.ts";
import { boxOf } from "./convert.node.ts";
import { expectedSlices } from "./expected-slices.node.ts";
import { neighboursOf } from "./neighbours.ts";
import { sliceCodes } from "./orientation.ts";
import { pictureOf } from "./picture.ts";
import { pngLabels } from "./png-labels.ts";
import { resizeLabels } from "./resample.ts";
import { type ConvertChoices, type ConvertSettings, convertSettings } from "./settings.ts";
import { type SliceContent, type SlicePart, sliceContents } from "./slice-contents.node.ts";
import { axialSlice } from "./tensor.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-contents-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Right, front, up: each direction's patient axis, its sign and its spacing. */
const directions: Readonly<Record<string, readonly [axis: number, mm: number]>> = {
  ...{ R: [0, 1], L: [0, -1], A: [1, 2], P: [1, -2], S: [2, 3], I: [2, -3] },
};

/** The affine of a grid whose axes grow in these directions, tilted a little. */
function affineOf(codes: string): Affine {
  const affine = [0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 1];
  [...codes].forEach((letter, voxelAxis) => {
    const [axis, mm] = directions[letter];
    affine[4 * axis + voxelAxis] = mm;
    affine[4 * ((axis + 1) % 3) + voxelAxis] = 0.1;
  });
  return affine as unknown as Affine; // 4 × 4
}

/** All 48 ways in which a scan's axes can run. */
const allCodes = ["RAS", "RSA", "ARS", "ASR", "SRA", "SAR"].flatMap((axes) =>
  Array.from({ length: 8 }, (_, flips) =>
    [...axes]
      .map((letter, n) => ((flips >> n) & 1 ? { R: "L", A: "P", S: "I" }[letter] : letter))
      .join(""),
  ),
);

const dims = [5, 4, 6] as const;

/** A case, packed when it is an odd one: a stored slice holds a fraction, another a label of 300. */
async function writeCase(codes: string) {
  const ending = allCodes.indexOf(codes) % 2 === 0 ? ".nii" : ".nii.gz";
  const grid = { dims, affine: affineOf(codes), affineFrom: "sform" } as const;
  // Air around the patient on some sides, for the crop.
  const hu = Float32Array.from({ length: 120 }, (_, n) =>
    n % 5 === 0 || n < 20 ? -1000 : 3 * n - 150 + (n === 61 ? 0.5 : 0),
  );
  const labels = Int16Array.from({ length: 120 }, (_, n) => (n === 91 ? 300 : (n >> 3) % 3));
  const scan: CtVolume = { kind: "ct", ...grid, voxels: hu };
  const mask: LabelVolume = { kind: "labels", ...grid, voxels: labels };
  const paths = {
    scan: join(folder, `scan-${codes}${ending}`),
    mask: join(folder, `mask-${codes}${ending}`),
  };
  await writeNifti(paths.scan, scan);
  await writeNifti(paths.mask, mask);
  return { scan, mask, paths };
}

const oneChannel = { windows: ["abdomen_soft"], histogram: false };

/** What decides how slices are read, cut and put together. */
const choices: readonly ConvertChoices[] = [
  {},
  { orientation: "notebook", format: "png", everyKth: 2, size: 16 },
  { neighbours: 1, channels: oneChannel, format: "png16", cropToBody: true },
  { neighbours: 1, channels: oneChannel, everyKth: 3, liverOnly: true, size: 16, cropToBody: true },
];

/** What the files must hold, plainly, from the whole volumes. */
function ofVolumes(
  { scan, mask }: { scan: CtVolume; mask: LabelVolume },
  { settings, box }: { settings: ConvertSettings; box: SliceBox },
): SliceContent[] {
  const codes = sliceCodes(scan, settings.orientation);
  const [ct, labels] = [reorient(scan, codes), reorient(mask, codes)];
  const [width, , depth] = ct.dims;
  const { width: boxWidth, height: boxHeight } = box;
  const [toWidth, toHeight] = [settings.size ?? boxWidth, settings.size ?? boxHeight];
  return Array.from({ length: depth }, (_, k) => k).flatMap((k) => {
    const own = pngLabels(axialSlice<LabelVolume["voxels"]>(labels, k));
    const isWanted = !settings.liverOnly || own.includes(1) || own.includes(2);
    if (k % settings.everyKth !== 0 || !isWanted) return [];
    const stack = neighboursOf(k, { count: depth, neighbours: settings.neighbours }).map((at) =>
      cutBox(axialSlice<CtVolume["voxels"]>(ct, at), { width, box }),
    );
    const picture = pictureOf(stack, { width: boxWidth, height: boxHeight, settings });
    const resize = { width: boxWidth, height: boxHeight, toWidth, toHeight };
    const resized = resizeLabels(cutBox(own, { width, box }), resize);
    return [{ k, picture, mask: { width: toWidth, height: toHeight, labels: resized } }];
  });
}

const byNumber = (contents: SliceContent[]): SliceContent[] => contents.sort((a, b) => a.k - b.k);

async function inParts(part: Omit<SlicePart, "from" | "to">, size: number) {
  const contents: SliceContent[] = [];
  const depth = part.files.turned.dims[2];
  for (let from = 0; from < depth; from += size) {
    const range = { from, to: Math.min(depth, from + size) };
    for await (const content of sliceContents({ ...part, ...range })) contents.push(content);
  }
  return byNumber(contents);
}

test.each(allCodes)(
  "slices of a scan stored %s are the turned volume's, in parts of any size, and as --verify expects them",
  async (codes) => {
    const { paths, ...volumes } = await writeCase(codes);
    const sizes = allCodes.indexOf(codes) % 3 === 0 ? [1, 5] : [2, 100];
    for (const choice of choices) {
      const settings = convertSettings(choice);
      const files = await openCase(paths, settings.orientation);
      const box = await boxOf(files, settings);
      const whole = ofVolumes(volumes, { settings, box });
      expect(whole.length).toBeGreaterThan(0);
      for (const size of sizes) {
        expect(await inParts({ files, settings, box }, size)).toEqual(whole);
      }
      const expected: SliceContent[] = [];
      const row = { scan_source: paths.scan, mask_source: paths.mask };
      for await (const content of expectedSlices(row, settings)) expected.push(content);
      expect(byNumber(expected)).toEqual(whole);
    }
  },
);
