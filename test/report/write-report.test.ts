import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTable } from "../../src/catalog/index.node.ts";
import { caseScoreColumns } from "../../src/evaluate/index.ts";
import { writeJson } from "../../src/files/index.node.ts";
import { drawStudyFigures, makePictures, writeReport } from "../../src/report/index.node.ts";
import { writeImage, writeMask } from "../../src/slices/index.node.ts";
import { type SliceRow, sliceColumns } from "../../src/slices/index.ts";
import { lesionColumns, studiedColumns } from "../../src/study/index.ts";
import { epochColumns } from "../../src/train/index.ts";
import { exampleContent } from "./example-content.ts";

const cohort = mkdtempSync(join(tmpdir(), "hepar-report-"));
const content = exampleContent(6); // volume-1 and volume-5 are held out
const size = { width: 40, height: 20 };
const pixels = size.width * size.height;

/** Three slices a case: no label, liver only, liver and tumour. */
async function writeSlices(name: string): Promise<SliceRow[]> {
  const masks = [
    new Uint8Array(pixels),
    new Uint8Array(pixels).fill(1),
    new Uint8Array(pixels).fill(1).fill(2, 0, 100),
  ];
  return Promise.all(
    masks.map(async (labels, slice): Promise<SliceRow> => {
      const image = `slices/images/${name}/${name}_slice_${slice}.jpg`;
      const mask = `slices/masks/${name}/${name}_slice_${slice}.png`;
      await mkdir(join(cohort, `slices/images/${name}`), { recursive: true });
      await mkdir(join(cohort, `slices/masks/${name}`), { recursive: true });
      const channels = new Uint8Array(3 * pixels).fill(120);
      await writeImage(join(cohort, image), { ...size, channels });
      await writeMask(join(cohort, mask), { ...size, labels });
      const tumour = slice === 2 ? 100 : 0;
      const liver = slice === 0 ? 0 : pixels - tumour;
      const counts = `0:${pixels - liver - tumour} 1:${liver} 2:${tumour}`;
      const orientation = "radiological" as const;
      const crop = { crop_x: 0, crop_y: 0, crop_width: size.width, crop_height: size.height };
      const known = { orientation, liver_pixels: liver, tumour_pixels: tumour, ...crop };
      return { case: name, slice, z_mm: null, ...size, image, mask, labels: counts, ...known };
    }),
  );
}

let slices: SliceRow[] = [];

beforeAll(async () => {
  slices = (await Promise.all(content.cases.map((row) => writeSlices(row.case)))).flat();
  await writeTable(join(cohort, "catalog.parquet"), studiedColumns, content.cases);
  await writeTable(join(cohort, "lesions.parquet"), lesionColumns, content.lesions);
  await writeTable(join(cohort, "slices/slices.parquet"), sliceColumns, slices);
  await writeTable(join(cohort, "models/unet/training.csv"), epochColumns, content.epochs);
  await writeTable(join(cohort, "evaluation/unet/cases.csv"), caseScoreColumns, [
    ...(content.scores ?? []),
  ]);
  await writeJson(join(cohort, "evaluation/unet/summary.json"), content.summary);
  await mkdir(join(cohort, "predictions/unet/slices/volume-1"), { recursive: true });
  const labels = new Uint8Array(pixels).fill(1).fill(2, 50, 150);
  const predicted = join(cohort, "predictions/unet/slices/volume-1/volume-1_slice_2.png");
  await writeMask(predicted, { ...size, labels });
});

afterAll(() => rmSync(cohort, { recursive: true, force: true }));

test("pictures: held-out cases, at their slice with the most tumour, with what there is", async () => {
  const heldOut = content.model?.description?.training.heldOutCases ?? [];
  const pictures = await makePictures({
    cohort,
    slices,
    neighbours: 0,
    model: { name: "unet", heldOut },
  });
  expect(pictures.from).toBe("held-out");
  expect(pictures.orientation).toBe("radiological");
  expect(pictures.rows.map((row) => [row.case, row.slice])).toEqual([
    ["volume-1", 2],
    ["volume-5", 2],
  ]);
  expect(pictures.rows.map((row) => row.pictures.map(({ kind }) => kind))).toEqual([
    ["original", "mask", "preprocessed", "prediction", "agreement"],
    ["original", "mask", "preprocessed"], // volume-5 has no prediction
  ]);
  const [original] = pictures.rows[0]?.pictures ?? [];
  const bytes = Buffer.from(original?.source.split(",")[1] ?? "", "base64");
  expect(original?.source).toMatch(/^data:image\/webp;base64,/);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", ...size });
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(Math.abs((data[0] ?? 0) - 120)).toBeLessThanOrEqual(4); // grey, through JPEG and WebP
});

test("of slices with their neighbours the slice's own image is shown", async () => {
  // Channels in order: the slice below, the slice itself, the slice above.
  const image = "slices/images/stack.png";
  const grey = Buffer.from(Array.from({ length: pixels }, () => [40, 120, 200]).flat());
  await sharp(grey, { raw: { ...size, channels: 3 } })
    .png()
    .toFile(join(cohort, image));
  const own = slices.slice(0, 1).map((slice) => ({ ...slice, image, mask: null }));
  const { rows } = await makePictures({ cohort, slices: own, neighbours: 1, model: null });
  const bytes = Buffer.from(rows[0]?.pictures[0]?.source.split(",")[1] ?? "", "base64");
  const [shown] = await sharp(bytes).raw().toBuffer();
  expect(Math.abs((shown ?? 0) - 120)).toBeLessThanOrEqual(2);
});

test("pictures of a network from elsewhere are those of predicted cases; without one, a sample", async () => {
  const predicted = await makePictures({
    cohort,
    slices,
    neighbours: 0,
    model: { name: "unet", heldOut: null },
  });
  expect(predicted.from).toBe("predicted");
  expect(predicted.rows.map((row) => row.case)).toEqual(["volume-1"]);
  const sample = await makePictures({ cohort, slices, neighbours: 0, model: null });
  expect(sample.from).toBe("sample");
  expect(sample.rows.map((row) => row.case)).toEqual([
    "volume-0",
    "volume-2",
    "volume-3",
    "volume-5",
  ]);
});

test("the report of a whole cohort, with its figures as files", async () => {
  const { failures, run } = content;
  await mkdir(join(cohort, "report/cases"), { recursive: true });
  await writeFile(join(cohort, "report/cases/volume-99.html"), "of an earlier catalogue");
  const path = await writeReport({ cohort, model: content.model, language: "fr", failures, run });
  expect(path).toBe(join(cohort, "report/index.html"));
  const page = readFileSync(path, "utf8");
  expect(page).toContain('<html lang="fr">');
  expect(page.match(/<img /g)).toHaveLength(8);
  expect(page.match(/<svg /g)).toHaveLength(13); // the network too
  const pages = readdirSync(join(cohort, "report/cases")).sort();
  expect(pages).toEqual(content.cases.map((row) => `${row.case}.html`));
  const links = [...page.matchAll(/href="cases\/([^"]+)"/g)].map(([, target]) => target);
  expect(links.sort()).toEqual(pages);
  const heldOut = readFileSync(join(cohort, "report/cases/volume-1.html"), "utf8");
  expect(heldOut).toContain("Différence"); // the prediction beside the reference
  expect(heldOut).toContain('href="../index.html"');
  const files = readdirSync(join(cohort, "report/figures")).sort();
  expect(files.filter((file) => file.endsWith(".svg"))).toHaveLength(12);
  const { width } = await sharp(join(cohort, "report/figures/loss.png")).metadata();
  expect(width).toBe(800); // 400 at twice its size
  expect(readFileSync(join(cohort, "report/figures/loss.svg"), "utf8")).not.toContain("var(--");
});

test("an empty folder gives a report that says what is missing", async () => {
  const empty = join(cohort, "empty");
  await mkdir(empty);
  const { run } = content;
  const path = await writeReport({
    cohort: empty,
    model: null,
    language: "en",
    failures: [],
    run,
  });
  const page = readFileSync(path, "utf8");
  expect(page).toContain("The catalogue is empty.");
  expect(page).toContain("No network was trained.");
});

test("a damaged table stops the report and leaves no page", async () => {
  const damaged = join(cohort, "damaged");
  await mkdir(damaged);
  await writeFile(join(damaged, "catalog.parquet"), "not a table");
  const writing = writeReport({
    cohort: damaged,
    model: null,
    language: "en",
    failures: [],
    run: content.run,
  });
  await expect(writing).rejects.toMatchObject({ code: "table.unreadable" });
  expect(existsSync(join(damaged, "report/index.html"))).toBe(false);
});

test("study figures leave out cases whose files cannot be read", async () => {
  // The example's scans do not exist.
  const paths = await drawStudyFigures({
    cohort,
    rows: content.cases,
    lesions: [],
    language: "en",
  });
  expect(paths).toEqual([
    "report/figures/slices-per-scan.svg",
    "report/figures/slices-per-scan.png",
    "report/figures/tumour-percentage.svg",
    "report/figures/tumour-percentage.png",
    ...["tumour-burden", "liver-volumes", "tumour-volumes", "intensities"].flatMap((id) => [
      `report/figures/${id}.svg`,
      `report/figures/${id}.png`,
    ]),
  ]);
});
