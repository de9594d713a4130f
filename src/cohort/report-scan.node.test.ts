import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTable } from "../catalog/index.node.ts";
import { writePhantomCohort } from "../phantom/index.node.ts";
import { measurePair } from "../study/index.node.ts";
import { lesionColumns, studiedColumns } from "../study/index.ts";
import { catalogueCohort, convertCohort, reportCohort } from "./commands.node.ts";
import { reportCase, reportScan } from "./report-scan.node.ts";

let root: string;
const at = (path: string): string => join(root, path);
const scan = "data/volume_pt1/volume-0.nii";
const mask = "data/segmentations/segmentation-0.nii";
const pdf = {};

const context = () => ({
  version: "0.0.0",
  command: "report",
  arguments: ["report"],
  when: new Date("2026-01-02T03:04:05Z"),
  clock: () => 0,
  progress: () => {},
  signal: new AbortController().signal,
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-report-scan-"));
  await writePhantomCohort(at("data"), { cases: 2, seed: 1, width: 64, depth: 12 });
  await catalogueCohort({ data: at("data"), cohort: at("cohort") }, context());
  await convertCohort({ cohort: at("cohort") }, context());
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

const readReport = async (path: string) => JSON.parse(await readFile(path, "utf8"));

test("a scan's report tells the numbers that measuring gives, in four forms", async () => {
  const options = { scan: at(scan), mask: at(mask), language: "en", pdf } as const;
  const made = await reportScan({ ...options, out: at("out") }, context());
  expect(made).toEqual({
    folder: at("out"),
    files: ["report.html", "report.pdf", "report.md", "report.json"],
    mask: null,
  });
  expect((await readdir(at("out"))).sort()).toEqual([...made.files].sort());
  const { measurement } = await measurePair({ scan: at(scan), mask: at(mask) }, {});
  const { data, language, format } = await readReport(at("out/report.json"));
  expect([format, language]).toEqual(["hepar-report/1", "en"]);
  expect(data.scan.liver_ml).toBe(measurement.liverMl);
  expect(data.scan.tumour_ml).toBe(measurement.tumourMl);
  expect(measurement.lesions.length).toBeGreaterThan(0);
  expect(data.lesions.map((one: { volume_ml: number }) => one.volume_ml)).toEqual(
    measurement.lesions.map(({ shape }) => shape?.volumeMl),
  );
  const markdown = await readFile(at("out/report.md"), "utf8");
  const page = await readFile(at("out/report.html"), "utf8");
  for (const { shape } of measurement.lesions) {
    const shown = shape?.longestAxial.lengthMm.toFixed(1);
    expect(markdown).toContain(`| ${shown} × `);
    expect(page).toContain(`>${shown} × `);
  }
  expect(page.match(/<img /g)).toHaveLength(2 * Math.min(6, measurement.lesions.length));
});

test("what cannot be is refused before anything is written", async () => {
  const options = { scan: at(scan), language: "en", pdf } as const;
  await expect(reportScan(options, context())).rejects.toMatchObject({ code: "usage.missing" });
  await expect(
    reportScan({ ...options, mask: at(mask), model: "unet" }, context()),
  ).rejects.toMatchObject({ code: "usage.argument" });
  await expect(
    reportScan({ ...options, mask: at("no.nii"), out: at("none") }, context()),
  ).rejects.toMatchObject({ code: "input.missing" });
  await writeFile(at("short.nii"), "too short");
  await expect(
    reportScan({ ...options, mask: at("short.nii"), out: at("none") }, context()),
  ).rejects.toMatchObject({ code: expect.stringMatching(/^nifti\./) });
  await expect(access(at("none"))).rejects.toMatchObject({ code: "ENOENT" });
  const made = await reportScan({ ...options, mask: at(mask) }, context());
  expect(made.folder).toBe(at("data/volume_pt1/volume-0-report"));
  await expect(reportScan({ ...options, mask: at(mask) }, context())).rejects.toMatchObject({
    code: "usage.argument",
    file: made.folder,
  });
  await rm(made.folder, { recursive: true });
});

test("a cohort's report has a page for each case, and tells the tables' numbers", async () => {
  await reportCohort({ cohort: at("cohort"), language: "fr" }, context());
  const folder = at("cohort/report");
  expect((await readdir(join(folder, "cases"))).sort()).toEqual(["volume-0.html", "volume-1.html"]);
  const page = await readFile(join(folder, "index.html"), "utf8");
  expect(page).toContain('href="cases/volume-1.html"');
  const one = await readFile(join(folder, "cases/volume-1.html"), "utf8");
  expect(one).toContain('href="../index.html"');
  expect(one).toContain("Ceci n’est pas un dispositif médical");
  const { data } = await readReport(join(folder, "report.json"));
  const rows = await readTable(at("cohort/catalog.parquet"), studiedColumns);
  const lesions = await readTable(at("cohort/lesions.parquet"), lesionColumns);
  expect(data.cases).toEqual(JSON.parse(JSON.stringify(rows)));
  expect(data.lesions).toEqual(JSON.parse(JSON.stringify(lesions)));
  // What was kept is kept whole: a form that is gone is made again.
  await rm(join(folder, "report.pdf"));
  const again = await reportCohort({ cohort: at("cohort"), language: "fr" }, context());
  expect(again.steps.find(({ step }) => step === "report")?.status).toBe("done");
  await access(join(folder, "report.pdf"));
});

test("one case of a cohort, in all forms; a case that is not there is refused", async () => {
  const options = { cohort: at("cohort"), language: "en", pdf } as const;
  const { result } = await reportCase({ ...options, case: "volume-0", out: at("one") }, context());
  expect(result.files).toEqual(["volume-0.html", "volume-0.pdf", "volume-0.md", "volume-0.json"]);
  const { data } = await readReport(at("one/volume-0.json"));
  const lesions = await readTable(at("cohort/lesions.parquet"), lesionColumns);
  const own = lesions.filter((row) => row.case === "volume-0");
  expect(data.lesions).toEqual(JSON.parse(JSON.stringify(own)));
  await expect(reportCase({ ...options, case: "volume-7" }, context())).rejects.toMatchObject({
    code: "usage.argument",
    message: "--case: the cohort has no case volume-7",
  });
});
