import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTable } from "../catalog/index.node.ts";
import { silent } from "../core/index.ts";
import { writePhantomCohort } from "../phantom/index.node.ts";
import { type LesionRow, lesionColumns } from "../study/index.ts";
import { readLabels, writeNifti } from "../volume/index.node.ts";
import { catalogueCohort, studyCohort } from "./commands.node.ts";
import { type FigureRequest, makeFigure } from "./figure.node.ts";
import { requireInput } from "./figure-cohort.node.ts";
import { figureNames, figureTable } from "./figure-table.ts";

let folder: string;
let cohort: string;
let lesions: readonly LesionRow[];

const context = {
  version: "0.0.0",
  command: "test",
  arguments: [],
  when: new Date(0),
  clock: () => 0,
  progress: silent,
  signal: new AbortController().signal,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-figure-"));
  cohort = join(folder, "cohort");
  const data = join(folder, "data");
  await writePhantomCohort(data, { cases: 2, seed: 3, width: 96, depth: 20 });
  await catalogueCohort({ data, cohort }, context);
  await studyCohort({ cohort, language: "en" }, context);
  lesions = await readTable(join(cohort, "lesions.parquet"), lesionColumns);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const figure = (
  name: FigureRequest["name"],
  more: Partial<FigureRequest> = {},
): Promise<{ title: string; text: string }> =>
  makeFigure({
    name,
    targets: [cohort],
    out: join(folder, "figure.svg"),
    language: "en",
    theme: "light",
    ...more,
  });

const svg = (): Promise<string> => readFile(join(folder, "figure.svg"), "utf8");

test("the contact sheet tells the study's own diameters, and draws one caliper for each", async () => {
  const [{ case: name }] = lesions;
  const own = lesions.filter((lesion) => lesion.case === name).slice(0, 12);
  expect(own.length).toBeGreaterThan(0);
  const { text } = await figure("lesions", { case: name });
  for (const { lesion, longest_axial_diameter_mm: mm, axial_slice } of own) {
    const said = `${lesion}: ${mm?.toFixed(1)} mm`;
    expect(text.replaceAll("\u00A0", " ")).toContain(said);
    expect(text).toContain(`slice ${axial_slice}.`);
  }
  expect((await svg()).match(/class="caliper"/g)).toHaveLength(2 * own.length);
});

test("a PNG is as wide as asked for, an SVG keeps its proportions", async () => {
  const out = join(folder, "figure.png");
  await figure("dataframe", { out, width: 640, theme: "dark" });
  const { width } = await sharp(out).metadata();
  expect(width).toBe(640);
  await figure("dataframe");
  const size = (text: string) =>
    ["width", "height"].map((name) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(text)?.[1]));
  const [ownWidth, ownHeight] = size(await svg());
  await figure("dataframe", { width: 500 });
  const [wide, high] = size(await svg());
  expect(wide).toBe(500);
  expect(high / wide).toBeCloseTo(ownHeight / ownWidth, 2);
});

test("the dataframe has the columns asked for, and refuses others", async () => {
  await figure("dataframe", { columns: ["case", "lesion_count"] });
  const text = await svg();
  expect(text).toContain("lesion_count</text>");
  expect(text).not.toContain("liver_ml</text>");
  await expect(figure("dataframe", { columns: ["colour"] })).rejects.toMatchObject({
    code: "usage.argument",
    hint: expect.stringContaining("liver_ml"),
  });
});

test.each(["original", "channels", "liver-3d", "lesions"] as const)(
  "%s is drawn from a scan and its mask alone, as from the cohort",
  async (name) => {
    const data = join(folder, "data");
    const [scan] = (await readdir(join(data, "volume_pt1"))).sort();
    const mask = scan.replace("volume", "segmentation");
    const files = [join(data, "volume_pt1", scan), join(data, "segmentations", mask)];
    const alone = await figure(name, { targets: files });
    const fromCohort = await figure(name, { case: scan.replace(/\.nii.*$/, "") });
    expect(alone).toEqual(fromCohort);
  },
);

test("a mask whose axes run the other way is refused, not drawn on the wrong side", async () => {
  const data = join(folder, "data");
  const [scan] = await readdir(join(data, "volume_pt1"));
  const mask = await readLabels(
    join(data, "segmentations", scan.replace("volume", "segmentation")),
  );
  const mirrored = join(folder, "mirrored.nii");
  // The first row of the affine: from left to right becomes from right to left.
  const affine = mask.affine.map((value, cell) => (cell < 4 ? -value : value));
  await writeNifti(mirrored, { ...mask, affine });
  const targets = [join(data, "volume_pt1", scan), mirrored];
  await expect(figure("lesions", { targets })).rejects.toMatchObject({
    code: "geometry.orientation",
  });
});

test.each(figureNames.filter((name) => figureTable[name].from === "model"))(
  "%s without a model says how to train one",
  async (name) => {
    await expect(figure(name)).rejects.toMatchObject({
      code: "model.missing",
      hint: expect.stringContaining("hepar train"),
    });
  },
);

test.each([
  ["dataframe", () => ({ out: join(folder, "none.pdf") }), "usage.argument"],
  ["lesions", () => ({ case: "nobody" }), "usage.argument"],
  ["dataframe", () => ({ targets: ["scan.nii.gz"] }), "usage.argument"],
  ["dataframe", () => ({ targets: [cohort, cohort] }), "usage.argument"],
  ["dataframe", () => ({ targets: [join(folder, "nowhere")] }), "input.missing"],
  ["agreement", () => ({}), "model.missing"],
  ["channels", () => ({ targets: [join(folder, "no-scan.nii")] }), "input.missing"],
] as const)("%s is refused before anything is written: %s %s", async (name, wrong, code) => {
  const out = join(folder, "none.svg");
  await expect(figure(name, { out, ...wrong() })).rejects.toMatchObject({ code });
  expect((await readdir(folder)).filter((file) => file.startsWith("none"))).toEqual([]);
});

test.each([
  ["dice-per-case", "evaluation/unet/cases.csv", "hepar evaluate cohort --model unet"],
  ["agreement", "predictions/unet/volume-0.nii.gz", "hepar predict cohort --model unet"],
  ["rate-finder", "models/unet/rate-finder.csv", "hepar find-rate cohort --model unet"],
  ["lesion-volumes", "nothing.parquet", "hepar study cohort"],
] as const)("%s without %s names the command that makes it", async (of, path, advice) => {
  const source = { folder: cohort, typed: "cohort", model: "unet", columns: undefined };
  const refused = requireInput({ ...source, language: "en" }, { path, of });
  await expect(refused).rejects.toMatchObject({
    code: "input.missing",
    hint: `make it with: ${advice}`,
  });
});

test("docs/figures.md has every figure", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/figures.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \|.* \| a (\w+) \| `([a-z-]+)` \|$/gm)].map(
    ([, name, from, after]) => [name, { from, after }],
  );
  const expected = figureNames.map((name) => {
    const { from, after } = figureTable[name];
    return [name, { from, after }];
  });
  expect(rows).toEqual(expected);
});
