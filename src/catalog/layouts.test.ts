import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCases } from "./find.node.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-layouts-"));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (path: string): string => join(folder, path);

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), path);
  }
}

async function putJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), typeof value === "string" ? value : JSON.stringify(value));
}

describe("Medical Segmentation Decathlon", () => {
  const files = [
    "Task03_Liver/imagesTr/liver_10.nii.gz",
    "Task03_Liver/imagesTr/liver_2.nii.gz",
    "Task03_Liver/imagesTs/liver_131.nii.gz",
    "Task03_Liver/labelsTr/liver_10.nii.gz",
    "Task03_Liver/labelsTr/liver_2.nii.gz",
    "Task03_Liver/imagesTr/._liver_2.nii.gz",
  ];
  // As it is published: numbers of labels are texts, files are listed with their folders.
  const json = {
    name: "Liver",
    tensorImageSize: "3D",
    modality: { 0: "CT" },
    labels: { 0: "background", 1: "liver", 2: "cancer" },
    numTraining: 2,
    numTest: 1,
    training: [2, 10].map((n) => ({
      image: `./imagesTr/liver_${n}.nii.gz`,
      label: `./labelsTr/liver_${n}.nii.gz`,
    })),
    test: ["./imagesTs/liver_131.nii.gz"],
  };

  test("scans and masks of one name, test scans without", async () => {
    await put(...files);
    await putJson("Task03_Liver/dataset.json", json);
    expect(await findCases(folder)).toEqual({
      layout: "decathlon",
      declared: { file: at("Task03_Liver/dataset.json"), labels: [0, 1, 2] },
      warnings: [],
      cases: [
        {
          case: "liver_2",
          scanPath: at(files[1]),
          maskPath: at("Task03_Liver/labelsTr/liver_2.nii.gz"),
        },
        {
          case: "liver_10",
          scanPath: at(files[0]),
          maskPath: at("Task03_Liver/labelsTr/liver_10.nii.gz"),
        },
        { case: "liver_131", scanPath: at(files[2]), maskPath: null },
      ],
    });
    // The folder of images alone is one too.
    const { cases } = await findCases(at("Task03_Liver/imagesTr"));
    expect(cases.map((each) => each.case)).toEqual(["liver_2", "liver_10"]);
  });

  test("what dataset.json says is held against what is there", async () => {
    await put(...files);
    const path = at("Task03_Liver/dataset.json");
    await putJson("Task03_Liver/dataset.json", {
      ...json,
      numTraining: 131,
      training: [{ image: "./imagesTr/liver_2.nii.gz" }, { image: "./imagesTr/liver_7.nii.gz" }],
      labels: { 0: "background", 1: "cancer", 2: "liver", 3: "vessel" },
      modality: { 0: "MRI" },
    });
    expect((await findCases(folder)).warnings).toEqual([
      `${path} says 131 training cases, but imagesTr holds 2`,
      `${path} lists 1 training scan that imagesTr does not hold: liver_7.nii.gz`,
      `${path} does not list 1 training scan of imagesTr: liver_10.nii.gz`,
      `${path} says that the images are MRI: hepar takes every scan for a CT, in HU`,
      `${path} calls label 1 "cancer": hepar takes it for liver`,
      `${path} calls label 2 "liver": hepar takes it for tumour`,
      `${path} has a label 3, "vessel": it is kept, but counts as neither liver nor tumour`,
    ]);
  });

  test.each([
    [
      "row 78: NaN, which Python writes",
      '{"numTraining": NaN}',
      " is not JSON: what it says of cases and labels is not compared",
    ],
    [
      "row 78: a number that is a text",
      '{"numTraining": "2"}',
      ": numTraining: Invalid input: expected number, received string: what it says of cases and labels is not compared",
    ],
    [
      "row 78: no object at all",
      "[]",
      ": the document: Invalid input: expected object, received array: what it says of cases and labels is not compared",
    ],
  ])("%s is a warning, and the scans are found", async (_, text, message) => {
    await put(...files);
    await putJson("Task03_Liver/dataset.json", text);
    const { cases, warnings } = await findCases(folder);
    expect(cases).toHaveLength(3);
    expect(warnings).toEqual([`${at("Task03_Liver/dataset.json")}${message}`]);
  });

  test("row 78: __proto__ in dataset.json changes nothing", async () => {
    await put(...files);
    const text = '{"__proto__": {"numTraining": 9}, "labels": {"__proto__": 1, "1": "liver"}}';
    await putJson("Task03_Liver/dataset.json", text);
    expect((await findCases(folder)).warnings).toEqual([]);
    expect(({} as { numTraining?: number }).numTraining).toBe(undefined);
  });
});

describe("nnU-Net raw", () => {
  const base = "nnUNet_raw/Dataset003_Liver";

  test("the channel's digits are not the case's", async () => {
    await put(
      `${base}/imagesTr/liver_0_0000.nii.gz`,
      `${base}/imagesTr/liver_1_0000.nii.gz`,
      `${base}/labelsTr/liver_0.nii.gz`,
      `${base}/labelsTr/liver_1.nii.gz`,
      `${base}/imagesTs/liver_2_0000.nii.gz`,
    );
    await putJson(`${base}/dataset.json`, {
      channel_names: { 0: "CT" },
      labels: { background: 0, liver: [1, 2], tumor: 2 },
      numTraining: 2,
      file_ending: ".nii.gz",
    });
    const { cases, warnings, layout } = await findCases(folder);
    expect(layout).toBe("nnunet");
    expect(cases).toEqual([
      {
        case: "liver_0",
        scanPath: at(`${base}/imagesTr/liver_0_0000.nii.gz`),
        maskPath: at(`${base}/labelsTr/liver_0.nii.gz`),
      },
      {
        case: "liver_1",
        scanPath: at(`${base}/imagesTr/liver_1_0000.nii.gz`),
        maskPath: at(`${base}/labelsTr/liver_1.nii.gz`),
      },
      { case: "liver_2", scanPath: at(`${base}/imagesTs/liver_2_0000.nii.gz`), maskPath: null },
    ]);
    expect(warnings).toEqual([]);
  });

  test("another ending than dataset.json says", async () => {
    await put(`${base}/imagesTr/liver_0_0000.nii`);
    await putJson(`${base}/dataset.json`, { file_ending: ".nii.gz", numTraining: 2 });
    expect((await findCases(folder)).warnings).toEqual([
      `${at(base)}/dataset.json says 2 training cases, but imagesTr holds 1`,
      `${at(base)}/dataset.json says file_ending .nii.gz, but there are liver_0_0000.nii`,
    ]);
  });

  test("several channels are refused, and the first is named", async () => {
    await put(
      `${base}/imagesTr/liver_0_0000.nii.gz`,
      `${base}/imagesTr/liver_0_0001.nii.gz`,
      `${base}/labelsTr/liver_0.nii.gz`,
    );
    await expect(findCases(folder)).rejects.toMatchObject({
      code: "input.ambiguous",
      message: "images of several channels, such as liver_0_0001.nii.gz: hepar reads a CT alone",
      file: at(`${base}/imagesTr/liver_0_0001.nii.gz`),
      hint: expect.stringContaining("--csv"),
    });
  });
});

describe("as in BIDS", () => {
  test("subjects are patients, sessions visits; masks lie beside or in derivatives", async () => {
    await put(
      "sub-01/ses-01/ct/sub-01_ses-01_ct.nii.gz",
      "sub-01/ses-02/ct/sub-01_ses-02_ct.nii.gz",
      "sub-02/ct/sub-02_acq-portal_ct.nii",
      "sub-02/ct/sub-02_acq-portal_dseg.nii.gz",
      "derivatives/expert/sub-01/ses-01/ct/sub-01_ses-01_space-orig_desc-liver_mask.nii.gz",
      "sub-02/anat/sub-02_T1w.nii.gz",
      "sub-02/func/sub-02_task-rest_bold.nii.gz",
    );
    const { cases, warnings, layout } = await findCases(folder);
    expect(layout).toBe("bids");
    expect(cases).toEqual([
      {
        case: "sub-01_ses-01",
        patient: "sub-01",
        visit: "ses-01",
        scanPath: at("sub-01/ses-01/ct/sub-01_ses-01_ct.nii.gz"),
        maskPath: at(
          "derivatives/expert/sub-01/ses-01/ct/sub-01_ses-01_space-orig_desc-liver_mask.nii.gz",
        ),
      },
      {
        case: "sub-01_ses-02",
        patient: "sub-01",
        visit: "ses-02",
        scanPath: at("sub-01/ses-02/ct/sub-01_ses-02_ct.nii.gz"),
        maskPath: null,
      },
      {
        case: "sub-02_acq-portal",
        patient: "sub-02",
        scanPath: at("sub-02/ct/sub-02_acq-portal_ct.nii"),
        maskPath: at("sub-02/ct/sub-02_acq-portal_dseg.nii.gz"),
      },
    ]);
    expect(warnings).toEqual([
      `2 NIfTI files left out, not named as sub-X[_ses-Y]_ct with …_dseg, …_seg or …_mask, anywhere (as in BIDS): ${at("sub-02/anat/sub-02_T1w.nii.gz")}; ${at("sub-02/func/sub-02_task-rest_bold.nii.gz")}`,
    ]);
  });

  test("a mask for each label is two masks: not guessed", async () => {
    await put("sub-01_ct.nii", "sub-01_label-liver_mask.nii", "sub-01_label-tumour_mask.nii");
    await expect(findCases(folder)).rejects.toMatchObject({
      code: "input.ambiguous",
      message: `each case must have one scan and one mask, but there are ${at("sub-01_label-liver_mask.nii")} and ${at("sub-01_label-tumour_mask.nii")}`,
    });
  });
});

describe("more than one layout", () => {
  const files = [
    "lits/volume-0.nii",
    "lits/volume-1.nii",
    "lits/segmentation-0.nii",
    "msd/imagesTr/liver_0.nii.gz",
    "msd/labelsTr/liver_0.nii.gz",
  ];

  test("is listed, with counts and examples, and asked about", async () => {
    await put(...files);
    await expect(findCases(folder)).rejects.toMatchObject({
      code: "input.ambiguous",
      message: `${folder} can be read in more than one way: lits: 2 scans, 1 mask, such as lits/volume-0.nii; decathlon: 1 scan, 1 mask, such as msd/imagesTr/liver_0.nii.gz`,
      hint: "say which is meant with --layout lits or --layout decathlon, or list the cases in a table with --csv",
    });
  });

  test("one that is named is taken, and what is left out is told", async () => {
    await put(...files);
    const { cases, warnings } = await findCases(folder, { layout: "decathlon" });
    expect(cases.map((each) => each.case)).toEqual(["liver_0"]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^3 NIfTI files left out, not named as imagesTr\/CASE .*volume-1\.nii$/,
      ),
    ]);
    await expect(findCases(folder, { layout: "bids" })).rejects.toMatchObject({
      code: "cohort.no-cases",
      message: expect.stringMatching(
        /looked for sub-X\[_ses-Y\]_ct .*saw 5 files, 5 of them NIfTI/,
      ),
    });
  });
});

test("a header with its voxels beside it counts as one file, whichever is gzipped", async () => {
  await put(
    "volume-1.hdr",
    "volume-1.img",
    "segmentation-1.hdr.gz",
    "segmentation-1.img.gz",
    "volume-2.img",
  );
  expect((await findCases(folder)).cases).toEqual([
    { case: "volume-1", scanPath: at("volume-1.hdr"), maskPath: at("segmentation-1.hdr.gz") },
    // Row 31: without its header it is a case all the same, whose reading says what is missing.
    { case: "volume-2", scanPath: at("volume-2.img"), maskPath: null },
  ]);
});

test("row 76: two names that would be one folder are refused", async () => {
  await put("imagesTr/a:b.nii", "imagesTr/a;b.nii");
  await expect(findCases(folder)).rejects.toMatchObject({
    code: "input.ambiguous",
    message: `two scans would both be called a_b: ${at("imagesTr/a;b.nii")} and ${at("imagesTr/a:b.nii")}`,
  });
});

test("row 76: a case that is in the training and the test images is refused", async () => {
  await put("imagesTr/liver_1.nii", "imagesTs/liver_1.nii");
  await expect(findCases(folder)).rejects.toMatchObject({
    code: "input.ambiguous",
    message: `each case must have one scan and one mask, but there are ${at("imagesTr/liver_1.nii")} and ${at("imagesTs/liver_1.nii")}`,
  });
});

test("rows 36, 74: names of any kind: spaces, quotes, line breaks, dots, emoji, the longest", async () => {
  const names = [
    "a b",
    'it\'s "quoted"',
    "line\nbreak",
    "a..",
    "🫀 foie 漢",
    `${"x".repeat(251)}`, // with .nii the 255 bytes that a name may have
    "=1+1",
  ];
  await put(...names.map((name) => `imagesTr/${name}.nii`));
  const { cases } = await findCases(folder);
  expect(new Map(cases.map((each) => [each.scanPath, each.case]))).toEqual(
    new Map([
      [at("imagesTr/a b.nii"), "a b"],
      [at('imagesTr/it\'s "quoted".nii'), "it's _quoted_"],
      [at("imagesTr/line\nbreak.nii"), "line_break"],
      [at("imagesTr/a...nii"), "a_"],
      [at("imagesTr/🫀 foie 漢.nii"), "🫀 foie 漢"],
      [at(`imagesTr/${"x".repeat(251)}.nii`), "x".repeat(60)],
      [at("imagesTr/=1+1.nii"), "=1+1"],
    ]),
  );
});

test("row 75: volume-1, volume-2, volume-10", async () => {
  await put("volume-10.nii", "volume-2.nii", "volume-1.nii");
  const { cases } = await findCases(folder);
  expect(cases.map((each) => each.case)).toEqual(["volume-1", "volume-2", "volume-10"]);
});
