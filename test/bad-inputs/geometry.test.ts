import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkFiles } from "../../src/catalog/index.node.ts";
import { file, type NiftiFields, niftiHeader } from "./nifti-file.ts";

/** @file The rows of the list of bad inputs that are about where voxels lie, as `hepar check` tells them. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-geometry-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const [width, height, depth] = [128, 96, 20];
/** 0.75 × 0.75 × 5 mm, RAS: a box of 96 × 72 × 100 mm. */
const sound: NiftiFields = {
  dim: [3, width, height, depth, 1, 1, 1, 1],
  pixdim: [1, 0.75, 0.75, 5, 1, 1, 1, 1],
  sform: [0.75, 0, 0, -40, 0, 0.75, 0, -30, 0, 0, 5, 100],
};
const sform = (cells: Record<number, number>): NiftiFields => ({
  sform: sound.sform?.map((value, cell) => cells[cell] ?? value) ?? [],
});

async function written(name: string, fields: NiftiFields): Promise<string> {
  const header = { ...sound, ...fields };
  const [, i = 1, j = 1, k = 1] = header.dim ?? [];
  const path = join(folder, `${name}.nii`);
  await writeFile(path, file(niftiHeader(header), new Int16Array(i * j * k)));
  return path;
}

/** Every finding, as `severity code: field found, expected …`. */
async function findings(...paths: string[]): Promise<string[]> {
  const report = await checkFiles(paths, { headersOnly: true });
  return report.findings.map(
    ({ severity, code, field, found, expected }) =>
      `${severity} ${code}: ${field} ${found}, expected ${expected}`,
  );
}

const cos15 = Math.cos(Math.PI / 12);
const sin15 = Math.sin(Math.PI / 12);

describe("a scan's header", () => {
  test("the sound one has no finding", async () => {
    expect(await findings(await written("scan", {}))).toEqual([]);
  });

  test.each<[string, NiftiFields, string[]]>([
    [
      "23 sform and qform are 12 mm apart",
      { qformCode: 1, quaternion: [0, 0, 0, -40, -30, 112] },
      [
        "warning forms-disagree: qform 12.0 mm, 0.0°, expected sform and qform within half a voxel of each other",
      ],
    ],
    [
      "23 the qform is half a turn about z away",
      // 2 · √(95.25² + 71.25²) mm at the far corner.
      { qformCode: 1, quaternion: [0, 0, 1, -40, -30, 100] },
      [
        "warning forms-disagree: qform 237.9 mm, 180.0°, expected sform and qform within half a voxel of each other",
      ],
    ],
    [
      "24 both codes are 0",
      { sformCode: 0 },
      ["warning orientation-unknown: sform_code , expected sform_code or qform_code above 0"],
    ],
    [
      "25 a singular sform: two axes along one line",
      sform({ 1: 0.75, 5: 0 }),
      [
        "error geometry.singular: sform the sform has no inverse (determinant 0), expected three axes that span a volume",
      ],
    ],
    [
      "26 a gantry tilt of 15° left in",
      sform({ 6: 5 * Math.tan(Math.PI / 12) }),
      [
        "warning pixdim-disagrees: pixdim[1..3] 0.75 × 0.75 × 5 in pixdim, 0.75 × 0.75 × 5.176 in the sform, expected the spacing of the sform, within 1 %",
        "warning axes-sheared: sform 15.0°, expected axes at right angles, within 0.1°",
      ],
    ],
    [
      "27 oblique by 15°",
      sform({ 0: 0.75 * cos15, 1: -0.75 * sin15, 4: 0.75 * sin15, 5: 0.75 * cos15 }),
      ["note oblique: sform 15.0°, expected axes along the patient's"],
    ],
    [
      "28 left-handed",
      sform({ 0: -0.75 }),
      ["note left-handed: sform LAS, expected right-handed axes, such as RAS or LPS"],
    ],
    [
      "29 the identity, as LiTS 28 to 47",
      { pixdim: [1, 1, 1, 1, 1, 1, 1, 1], sform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] },
      [
        "warning spacing-unknown: pixdim[1..3] , expected the voxels' size, and a position in the patient",
      ],
    ],
  ])("%s", async (name, fields, expected) => {
    const path = await written(name.slice(0, 2), fields);
    expect(await findings(path)).toEqual(expected);
  });
});

describe("a mask's place", () => {
  test.each<[string, NiftiFields, string[]]>([
    ["41 float noise of 0.0003 mm passes", sform({ 3: -40.0003 }), []],
    ["41 a third of a voxel passes", sform({ 3: -40.25 }), []],
    [
      "41 a shift by a column",
      sform({ 3: -40.75 }),
      [
        "warning affine-mismatch: sform 0.75 mm, expected the scan's place, within half of its smallest voxel edge",
      ],
    ],
    [
      "41 a shift by a slice",
      sform({ 11: 105 }),
      [
        "warning affine-mismatch: sform 5.00 mm, expected the scan's place, within half of its smallest voxel edge",
      ],
    ],
    [
      "40 one slice less",
      { dim: [3, width, height, depth - 1, 1, 1, 1, 1] },
      ["error geometry.mismatch: dim 128 × 96 × 19, expected 128 × 96 × 20"],
    ],
    [
      "28 left and right exchanged",
      sform({ 0: -0.75, 3: 55.25 }),
      [
        "error geometry.orientation: sform LAS, expected RAS",
        "note left-handed: sform LAS, expected right-handed axes, such as RAS or LPS",
      ],
    ],
    [
      "46 slices in reverse",
      sform({ 10: -5, 11: 195 }),
      [
        "error geometry.orientation: sform RAI, expected RAS",
        "note left-handed: sform RAI, expected right-handed axes, such as RAS or LPS",
      ],
    ],
    [
      "46 turned by rot90",
      { ...sform({ 0: 0, 1: -0.75, 3: 55.25, 4: 0.75, 5: 0 }) },
      ["error geometry.orientation: sform ALS, expected RAS"],
    ],
  ])("%s", async (name, fields, expected) => {
    const scan = await written("scan", {});
    const mask = await written(`mask-${name.slice(0, 2)}`, fields);
    expect(await findings(scan, mask)).toEqual(expected);
  });
});
