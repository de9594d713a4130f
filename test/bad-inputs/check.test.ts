import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkFiles } from "../../src/catalog/index.node.ts";
import { randomFrom } from "../../src/core/index.ts";
import { makePhantom } from "../../src/phantom/index.ts";
import { writeNifti } from "../../src/volume/index.node.ts";
import type { CtVolume, LabelVolume } from "../../src/volume/index.ts";
import { file, niftiHeader, scanFile, soundVoxels } from "./nifti-file.ts";

// The numbers before the names are those of the project's list of bad inputs.

let root: string;
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-check-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const phantom = makePhantom({ seed: 4, dims: [64, 64, 16] });
const [width, height, depth] = phantom.scan.dims;
const slice = width * height;

type Content = Buffer | CtVolume | LabelVolume;

/** A folder of such files, and its findings without what is said of every sound file. */
async function findingsOf(files: Readonly<Record<string, Content>>, headersOnly = false) {
  const folder = join(root, `folder-${++folders}`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await (Buffer.isBuffer(content) ? writeFile(path, content) : writeNifti(path, content));
  }
  const { findings } = await checkFiles([folder], { headersOnly });
  return findings.map(({ file: path, ...finding }) => ({ file: basename(path), ...finding }));
}

/** The findings of one scan's NIfTI bytes. */
const ofFile = (content: Buffer) => findingsOf({ "scan.nii": content });

/** The findings of a scan and its mask that differ from the phantom's in this. */
const ofPair = (changes: { scan?: Partial<CtVolume>; mask?: Partial<LabelVolume> }) =>
  findingsOf({
    "volume-1.nii": { ...phantom.scan, ...changes.scan },
    "segmentation-1.nii": { ...phantom.mask, ...changes.mask },
  });

const scanWith = (change: (hu: number, at: number) => number): Partial<CtVolume> => ({
  voxels: Int16Array.from(phantom.scan.voxels, change),
});
const maskWith = (change: (label: number, at: number) => number): Partial<LabelVolume> => ({
  voxels: Int16Array.from(phantom.mask.voxels, change),
});
const maskAt = (at: (i: number, j: number, k: number) => number): Partial<LabelVolume> =>
  maskWith((_label, n) => {
    const [i, j, k] = [n % width, Math.floor(n / width) % height, Math.floor(n / slice)];
    return phantom.mask.voxels[at(i, j, k)];
  });

const mask = "segmentation-1.nii";
const scan = "volume-1.nii";

describe("what is sound gives nothing", () => {
  test("a phantom and its mask", async () => expect(await ofPair({})).toEqual([]));

  test("41 float noise between the headers of scan and mask, as in LiTS", async () => {
    const affine = phantom.mask.affine.map((value, cell) =>
      cell === 3 ? value + 0.000295 : value,
    );
    expect(await ofPair({ mask: { affine } })).toEqual([]);
  });

  test("a phantom in every other order of its axes is as sound", async () => {
    const { scan: ct, mask: labels } = makePhantom({
      seed: 4,
      dims: [64, 64, 16],
      orientation: "RAS",
    });
    expect(await findingsOf({ "volume-1.nii": ct, "segmentation-1.nii": labels })).toEqual([]);
  });
});

describe("geometry", () => {
  test("22 NaN in a scan", async () => {
    const voxels = Float32Array.from(soundVoxels);
    voxels[5] = Number.NaN;
    voxels[7] = Number.POSITIVE_INFINITY;
    const header = niftiHeader({ datatype: 16, bitpix: 32 });
    expect(await ofFile(file(header, voxels))).toMatchObject([
      {
        severity: "error",
        code: "nifti.value",
        file: "scan.nii",
        field: "voxels",
        found: expect.stringContaining(
          "2 of 24 voxels are NaN or infinite, the first at (1, 1, 0)",
        ),
        expected: "finite numbers",
        advice: expect.stringContaining("replace them by −1024 HU"),
      },
    ]);
  });

  test("23 sform and qform disagree, by millimetres and degrees", async () => {
    // The qform is turned by 90° about z and has its first voxel 30 mm to the front.
    const quaternion = [0, 0, Math.SQRT1_2, -10, 10, -30];
    const found = await ofFile(scanFile({ qformCode: 1, quaternion }));
    expect(found.find(({ code }) => code === "forms-disagree")).toMatchObject({
      severity: "warning",
      file: "scan.nii",
      field: "qform",
      // Voxel (3, 0, k): sform (−8.5, −20), qform (−10, 11.5).
      found: `${Math.hypot(1.5, 31.5).toFixed(1)} mm, 90.0°`,
      expected: "sform and qform within half a voxel of each other",
      advice: "find out which of the two is right and write it into both",
    });
  });

  test("23 pixdim and sform disagree", async () => {
    const found = await ofFile(scanFile({ pixdim: [1, 0.5, 0.5, 5, 1, 1, 1, 1] }));
    expect(found.find(({ code }) => code === "pixdim-disagrees")).toMatchObject({
      field: "pixdim[1..3]",
      found: "0.5 × 0.5 × 5 in pixdim, 0.5 × 0.5 × 2 in the sform",
    });
  });

  test("24 both codes 0", async () => {
    const found = await ofFile(scanFile({ sformCode: 0 }));
    expect(found.map(({ code }) => code)).toContain("orientation-unknown");
    expect(found[0]).toMatchObject({
      severity: "warning",
      field: "sform_code",
      expected: "sform_code or qform_code above 0",
    });
  });

  test("25 a singular affine", async () => {
    const sform = [0.5, 0.5, 0, -10, 0, 0, 0, -20, 0, 0, 2, -30];
    expect(await ofFile(scanFile({ sform }))).toMatchObject([
      {
        severity: "error",
        code: "geometry.singular",
        field: "sform",
        found: expect.stringContaining("the sform has no inverse"),
        expected: "three axes that span a volume",
      },
    ]);
  });

  test("26 shear: slices that slide by tan 20° a step", async () => {
    const slide = 2 * Math.tan((20 * Math.PI) / 180);
    const sform = [0.5, 0, 0, -10, 0, 0.5, slide, -20, 0, 0, 2, -30];
    const pixdim = [1, 0.5, 0.5, Math.hypot(2, slide), 1, 1, 1, 1];
    const found = await ofFile(scanFile({ sform, pixdim }));
    expect(found.find(({ code }) => code === "axes-sheared")).toMatchObject({
      severity: "warning",
      field: "sform",
      found: "20.0°",
      expected: "axes at right angles, within 0.1°",
      advice: expect.stringContaining("dcm2niix"),
    });
  });

  test("28 a mask that is flipped left to right against its scan", async () => {
    const { affine } = phantom.mask;
    const flipped = affine.map((value, cell) =>
      cell % 4 === 0 ? -value : cell % 4 === 3 ? value + affine[cell - 3] * (width - 1) : value,
    );
    const [found] = await ofPair({ mask: { affine: [...flipped.slice(0, 12), 0, 0, 0, 1] } });
    expect(found).toMatchObject({
      severity: "error",
      code: "geometry.orientation",
      file: mask,
      field: "sform",
      found: "RPS",
      expected: "LPS",
      advice: "save the mask again on the scan's own grid, with the scan's header",
    });
  });

  test("29 identity affine and spacing 1, 1, 1, as LiTS 28 to 47 are", async () => {
    const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    expect(await ofPair({ scan: { affine }, mask: { affine } })).toMatchObject([
      {
        severity: "warning",
        code: "spacing-unknown",
        file: scan,
        field: "pixdim[1..3]",
        expected: "the voxels' size, and a position in the patient",
        advice: expect.stringContaining("voxel counts and percentages only"),
      },
    ]);
  });

  test("18 19 spacing and size of no body; metres", async () => {
    const wide = phantom.scan.affine.map((value, cell) =>
      cell % 5 === 0 && cell < 15 ? value * 4 : value,
    );
    const found = await findingsOf({ "volume-1.nii": { ...phantom.scan, affine: wide } });
    expect(found).toMatchObject([{ code: "spacing-implausible", field: "pixdim[1..3]" }]);
    const metres = scanFile({
      units: 1,
      pixdim: [1, 0.0005, 0.0005, 0.002, 1, 1, 1, 1],
      sform: [0.0005, 0, 0, -0.01, 0, 0.0005, 0, -0.02, 0, 0, 0.002, -0.03],
    });
    expect((await ofFile(metres)).find(({ code }) => code === "units-not-mm")).toMatchObject({
      field: "xyzt_units",
      found: "1 (m)",
      expected: "millimetres (2)",
    });
  });
});

describe("intensities", () => {
  const cases: [string, Partial<CtVolume>, object][] = [
    [
      "34 an 8-bit export, 0..255",
      scanWith((hu) => Math.round(((Math.min(250, Math.max(-150, hu)) + 150) / 400) * 255)),
      {
        code: "intensities-not-hu",
        found: "0..255",
        means: expect.stringContaining("an 8-bit picture"),
      },
    ],
    [
      "34 stored values without their offset, 0..4095",
      scanWith((hu) => Math.min(4095, Math.max(0, hu + 1024))),
      {
        code: "intensities-not-hu",
        found: expect.stringMatching(/^0\.\.\d{4}$|^\d+\.\.\d{4}$/),
        means: expect.stringContaining("1024 too high"),
      },
    ],
    [
      "34 already windowed",
      scanWith((hu) => Math.min(160, Math.max(-40, hu))),
      {
        code: "intensities-cut",
        found: "-40..160",
        advice: expect.stringContaining("windows within the range are right"),
      },
    ],
    [
      "34 normalised to 0..1",
      {
        voxels: Float32Array.from(
          phantom.scan.voxels,
          (hu) => (Math.min(250, Math.max(-150, hu)) + 150) / 400,
        ),
      },
      {
        code: "intensities-not-hu",
        found: "0..1",
        means: expect.stringContaining("a preparation for a network"),
      },
    ],
    [
      "34 clipped at 100 HU",
      scanWith((hu) => Math.min(60, hu)),
      {
        code: "intensities-clipped",
        found: expect.stringMatching(/^\d+(\.\d)? % of the voxels at 60$/),
        expected: "hardly any voxel at the very ends of the range",
      },
    ],
    ["34 constant", scanWith(() => 7), { code: "intensities-constant", found: "7" }],
    [
      "35 no CT: no air, and a wide range",
      scanWith((hu, at) => Math.round((hu + 1000) / 2) - (at % 7) * 5),
      { code: "no-air", found: expect.stringMatching(/^-\d+\.\.\d+$/) },
    ],
    [
      "35 no abdomen: bone and brain without fat",
      scanWith((hu, at) => (hu < -300 ? hu : at % 5 === 0 ? 700 + (at % 300) : 35)),
      {
        code: "not-abdomen",
        found: expect.stringMatching(/^bone \d+ %, fat \d\.\d % of the body$/),
        expected: "more fat than bone, or at most 10 % bone",
      },
    ],
    [
      "35 no liver: nothing solid is left but thin walls",
      scanWith((hu, at) => (hu > -50 && hu < 200 && at % 3 > 0 ? -100 : hu)),
      {
        code: "no-liver",
        field: "voxels",
        found: "0 mL",
        expected: "a solid organ of at least 150 mL between 0 and 200 HU",
      },
    ],
  ];
  test.each(cases)("%s", async (_, change, finding) => {
    const found = await findingsOf({ [scan]: { ...phantom.scan, ...change } });
    expect(found).toMatchObject([{ file: scan, field: "voxels", ...finding }]);
  });
});

describe("labels", () => {
  test("37 labels other than 0, 1 and 2, with their counts", async () => {
    const strange = new Map([
      [0, 255],
      [1, 254],
      [2, 3],
      [3, -1],
    ]);
    const found = await ofPair({ mask: maskWith((label, at) => strange.get(at) ?? label) });
    expect(found).toMatchObject([
      {
        severity: "warning",
        code: "labels-unexpected",
        file: mask,
        field: "labels",
        found: "-1:1 3:1 254:1 255:1",
        expected: "0 background, 1 liver, 2 tumour",
        advice: expect.stringContaining("map those that mean liver to 1"),
      },
    ]);
  });

  const asFloats = (change: (label: number, at: number) => number): Partial<CtVolume> => ({
    voxels: Float32Array.from(phantom.mask.voxels, change),
  });
  const floatMask = (change: (label: number, at: number) => number) =>
    findingsOf({
      [scan]: phantom.scan,
      [mask]: { ...phantom.scan, ...asFloats(change) },
    });

  test("38 a float mask of 0.999: rounding would do", async () => {
    const ones = phantom.mask.voxels.filter((label) => label === 1).length;
    expect(await floatMask((label) => (label === 1 ? 0.999 : label))).toMatchObject([
      {
        severity: "error",
        code: "labels.value",
        file: mask,
        field: "labels",
        found: `${ones} of ${phantom.mask.voxels.length} voxels between whole numbers, such as 0.999`,
        expected: "whole numbers: 0 background, 1 liver, 2 tumour",
        advice: "all are close to whole numbers: round them",
      },
    ]);
  });

  test("39 an interpolated mask", async () => {
    const { voxels } = phantom.mask;
    const found = await floatMask((label, at) => (label + (voxels[at + 1] ?? 0)) / 2);
    expect(found).toMatchObject([
      {
        code: "labels.value",
        found: expect.stringMatching(/^\d+ of 65536 voxels between whole numbers, such as 0\.5/),
        advice: "make the mask again, resampled with nearest neighbour",
      },
    ]);
  });

  test("39 a mask that went through JPEG", async () => {
    // What a lossy picture leaves around 0 and 255: values near them, no two neighbours alike.
    const noise = (at: number): number => (at * 7919) % 23;
    const found = await ofPair({
      mask: maskWith((label, at) => (label > 0 ? 255 - noise(at) : noise(at))),
    });
    expect(found).toMatchObject([
      {
        severity: "error",
        code: "labels-grey",
        file: mask,
        found: "46 different values from 0 to 255",
        advice: expect.stringContaining("nearest neighbour"),
      },
    ]);
  });

  test.each([
    ["40 one slice less", [64, 64, 15]],
    ["40 another width", [32, 128, 16]],
  ] as const)("%s than the scan", async (_, dims) => {
    const voxels = phantom.mask.voxels.slice(0, dims[0] * dims[1] * dims[2]);
    const pair = { [scan]: phantom.scan, [mask]: { ...phantom.mask, dims, voxels } };
    const expected = {
      severity: "error",
      code: "geometry.mismatch",
      file: mask,
      field: "dim",
      found: dims.join(" × "),
      expected: "64 × 64 × 16",
      advice: "pair the scan with the mask that was drawn on it",
    };
    expect(await findingsOf(pair)).toContainEqual(expect.objectContaining(expected));
    expect(await findingsOf(pair, true)).toContainEqual(expect.objectContaining(expected));
  });

  test("41 a mask's header that is one slice off", async () => {
    const step = phantom.mask.affine[10];
    const affine = phantom.mask.affine.map((value, cell) => (cell === 11 ? value + step : value));
    expect(await ofPair({ mask: { affine } })).toMatchObject([
      {
        severity: "warning",
        code: "affine-mismatch",
        file: mask,
        field: "sform",
        found: `${step.toFixed(2)} mm`,
        expected: "the scan's place, within half of its smallest voxel edge",
      },
    ]);
  });

  test("42 all background is a valid case, and said", async () => {
    expect(await ofPair({ mask: maskWith(() => 0) })).toMatchObject([
      { severity: "note", code: "mask-empty", file: mask, field: "labels" },
    ]);
  });

  test("43 tumour without liver", async () => {
    const found = await ofPair({ mask: maskWith((label) => (label === 1 ? 0 : label)) });
    expect(found).toMatchObject([
      { severity: "warning", code: "tumour-without-liver", file: mask },
    ]);
  });

  test("43 tumour that touches no liver, with how much of it", async () => {
    const tumour = phantom.mask.voxels.filter((label) => label === 2).length;
    // A block of 2 × 2 × 2 in the corner, far from the liver.
    const corner = new Set(
      [0, 1].flatMap((k) => [0, 1].flatMap((j) => [0, 1].map((i) => i + width * j + slice * k))),
    );
    const found = await ofPair({ mask: maskWith((label, at) => (corner.has(at) ? 2 : label)) });
    expect(found).toMatchObject([
      {
        code: "tumour-outside-liver",
        file: mask,
        field: "labels",
        found: `1 piece, 8 of ${tumour + 8} tumour voxels`,
        expected: "every tumour touches the liver",
      },
    ]);
  });

  test("44 mask and scan exchanged", async () => {
    const found = await findingsOf({ [scan]: phantom.mask, [mask]: phantom.scan });
    expect(found).toMatchObject([
      {
        severity: "error",
        code: "swapped",
        file: mask,
        field: "voxels",
        expected: "grey values in the scan, labels in the mask",
        advice: "exchange the two files, or their names",
      },
    ]);
  });

  test("37 a scan as its own mask: named twice, copied, or linked", async () => {
    const folder = join(root, "own-mask");
    await mkdir(folder);
    const [path, copy] = ["ct.nii", "copy.nii"].map((name) => join(folder, name));
    for (const each of [path, copy]) await writeNifti(each, phantom.scan);
    const twice = await checkFiles([path, path]);
    expect(twice).toMatchObject({ errors: 1, files: 1 });
    expect(twice.findings).toMatchObject([
      {
        severity: "error",
        code: "input.ambiguous",
        file: path,
        found: "one file, named twice",
        expected: "two files, a scan and the mask drawn on it",
        advice: "name the mask's own file; a scan that has none is named once",
      },
    ]);
    const { findings } = await checkFiles([path, copy]);
    expect(findings.filter(({ severity }) => severity === "error")).toMatchObject([
      {
        code: "labels-grey",
        file: copy,
        field: "labels",
        found: expect.stringMatching(/^\d+ different values from -1024 to \d+$/),
        expected: "at most 256 labels that run on from voxel to voxel",
        advice: "make the mask again as labels: PNG or NIfTI, resampled with nearest neighbour",
      },
    ]);
  });

  test("37 300 labels in blocks are no mask either", async () => {
    const found = await ofPair({ mask: maskWith((_label, at) => Math.floor(at / 64) % 300) });
    expect(found).toMatchObject([
      { severity: "error", code: "labels-grey", found: "300 different values from 0 to 299" },
    ]);
  });

  test("34 stored values, 1024 too high, say nothing of how the mask lies", async () => {
    const found = await ofPair({ scan: scanWith((hu) => hu + 1024) });
    expect(found.map(({ code }) => code)).toEqual(["intensities-not-hu"]);
  });

  test("37 more different values than can be counted", async () => {
    // 70,000 of 32 bits, none twice.
    const dims = [100, 100, 7] as const;
    const voxels = Int32Array.from({ length: 70_000 }, (_, n) => 40_000 * n);
    const { affine, affineFrom } = phantom.mask;
    const found = await findingsOf({
      [scan]: { ...phantom.scan, dims, voxels: new Int16Array(70_000).fill(-1000, 1) },
      [mask]: { kind: "labels", dims, affine, affineFrom, voxels },
    });
    expect(found).toContainEqual(
      expect.objectContaining({
        severity: "error",
        code: "labels.value",
        file: mask,
        found: "a mask holds a few labels, but this one has more than 65,536 different values",
        advice: "it is a scan or a map, not a mask: name the labels that were drawn on the scan",
      }),
    );
  });

  test("45 two livers, and many specks", async () => {
    const two = await ofPair({
      // A second one in front of the patient: ten rows of the first four slices.
      mask: maskWith((label, at) => (at < 4 * slice && at % slice < 10 * width ? 1 : label)),
    });
    expect(two).toContainEqual(
      expect.objectContaining({
        severity: "warning",
        code: "liver-in-pieces",
        file: mask,
        found: expect.stringMatching(/^2 pieces of \d+ and \d+ voxels$/),
        expected: "one liver",
      }),
    );
    const specks = await ofPair({
      mask: maskWith((label, at) => (at < 50 && at % 2 === 0 ? 1 : label)),
    });
    expect(specks).toMatchObject([
      {
        code: "liver-specks",
        found: expect.stringMatching(/^25 pieces of 1 to 1 voxels, \d\.\d % of the liver$/),
        expected: "fewer than 20 small pieces beside the liver",
      },
    ]);
  });

  test.each([
    [
      "46 slices in reverse order",
      maskAt((i, j, k) => i + width * j + slice * (depth - 1 - k)),
      "with its slices in reverse order",
    ],
    [
      "46 turned by 90°",
      maskAt((i, j, k) => width - 1 - j + width * i + slice * k),
      "turned by 90°",
    ],
    [
      "28 flipped left to right",
      maskAt((i, j, k) => width - 1 - i + width * j + slice * k),
      "with its columns in reverse order",
    ],
  ])("%s against the scan", async (_, change, what) => {
    const [found, ...others] = await ofPair({ mask: change });
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      severity: "warning",
      code: "mask-turned",
      file: mask,
      field: "voxels",
      expected: "the mask's outline on edges of the scan",
      advice: expect.stringContaining("write the mask anew in the scan's own order"),
    });
    expect(found.found).toMatch(new RegExp(`^${what} \\(steps of \\d+ instead of \\d+`));
  });

  test("47 all tumour", async () => {
    expect(await ofPair({ mask: maskWith(() => 2) })).toMatchObject([
      {
        severity: "warning",
        code: "mask-full",
        file: mask,
        found: "2:65536",
        expected: "background (0) around the liver",
      },
    ]);
  });
});

describe("folders", () => {
  test("76 the same scan under two names, and one mask for two scans", async () => {
    const other = makePhantom({ seed: 5, dims: [64, 64, 16] });
    const found = await findingsOf({
      "volume-1.nii": phantom.scan,
      "segmentation-1.nii": phantom.mask,
      "volume-2.nii.gz": phantom.scan,
      "segmentation-2.nii.gz": phantom.mask,
      "volume-3.nii": other.scan,
      "segmentation-3.nii": phantom.mask,
    });
    expect(found).toContainEqual(
      expect.objectContaining({
        severity: "warning",
        code: "duplicate-of",
        file: "volume-2.nii.gz",
        field: "voxels",
        found: expect.stringMatching(/volume-1\.nii$/),
        expected: "each scan once",
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        code: "mask-duplicate-of",
        file: "segmentation-3.nii",
        field: "labels",
        found: expect.stringMatching(/segmentation-1\.nii$/),
      }),
    );
    const twice = found.filter(({ code }) => code.endsWith("duplicate-of"));
    expect(twice).toHaveLength(2);
  });

  test("a scan without a mask, and a mask without a scan, among pairs", async () => {
    const found = await findingsOf({
      "volume-1.nii": phantom.scan,
      "segmentation-1.nii": phantom.mask,
      "volume-2.nii": scanFile(),
      "segmentation-9.nii": makePhantom({ seed: 6, dims: [64, 64, 16] }).mask,
    });
    const told = found.map(({ file: name, code }) => `${name} ${code}`);
    expect(told).toContain("volume-2.nii scan-without-mask");
    expect(told).toContain("segmentation-9.nii mask-without-scan");
  });

  test("one broken file among sound ones is a finding, and the others are looked at", async () => {
    const found = await findingsOf({
      "volume-1.nii": phantom.scan,
      "segmentation-1.nii": phantom.mask,
      "volume-2.nii": Buffer.alloc(0),
    });
    expect(found.filter(({ severity }) => severity === "error")).toMatchObject([
      {
        code: "nifti.empty",
        file: "volume-2.nii",
        field: "file",
        expected: "at least 348 bytes",
      },
    ]);
  });
});

test("11 voxels that are cut off are seen by the file's length alone", async () => {
  const found = await findingsOf({ "scan.nii": scanFile().subarray(0, 390) }, true);
  expect(found).toContainEqual(
    expect.objectContaining({
      severity: "error",
      code: "nifti.truncated",
      file: "scan.nii",
      field: "voxels",
      found: "390 bytes, expected 400",
    }),
  );
});

test("whatever a file's header says, it is judged or refused with a reason", async () => {
  const random = randomFrom("check");
  const files = Array.from({ length: 150 }, (_, n) => {
    const bytes = scanFile();
    for (let times = 1 + (n % 3); times > 0; times--) {
      bytes[random.below(352)] = random.below(256);
    }
    return [`volume-${n}.nii`, bytes] as const;
  });
  const found = await findingsOf(Object.fromEntries(files));
  expect(found.filter(({ code }) => code === "defect")).toEqual([]);
  expect(found.length).toBeGreaterThan(files.length);
});
