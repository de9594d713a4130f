import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCatalogTable, type TableRow } from "./terminal-table.ts";

const sound: TableRow = {
  case: "volume-0",
  visit: null,
  patient: "volume-0",
  scan_source: "/data/volume-0.nii",
  scan_name: "volume-0.nii",
  mask_source: "/data/segmentation-0.nii",
  mask_name: "segmentation-0.nii",
  width: 512,
  height: 512,
  depth: 75,
  spacing_x_mm: 0.703125,
  spacing_y_mm: 0.703125,
  spacing_z_mm: 5,
  orientation: "LAS",
  voxel_type: "int16",
  hu_min: -1000,
  hu_max: 1200,
  labels: "0:19108173 1:550036 2:2591",
  warnings: "",
  problem: null,
  problem_code: null,
  sha256: "",
  voxels_sha256: null,
  mask_voxels_sha256: null,
  has_tumour: true,
  tumour_percent: 0.013178,
  tumour_percent_of_liver: 0.46886,
  liver_ml: 1366.05,
  tumour_ml: 6.4,
  lesion_count: 11,
};
const unplaced: TableRow = {
  ...sound,
  case: "volume-28",
  spacing_x_mm: null,
  spacing_y_mm: null,
  spacing_z_mm: null,
  liver_ml: null,
  warnings: "spacing-unknown; labels-unexpected 3:120",
};
const broken: TableRow = {
  ...sound,
  case: "volume-100",
  width: null,
  height: null,
  depth: null,
  spacing_x_mm: null,
  tumour_percent: null,
  tumour_percent_of_liver: null,
  liver_ml: null,
  lesion_count: null,
  problem: "scan volume-100.nii: the file is empty (copy it again)",
};
const { lesion_count: __, liver_ml: ___, ...unstudied } = sound;
const maskless: TableRow = {
  ...unstudied,
  case: "volume-101",
  mask_source: null,
  tumour_percent: null,
  tumour_percent_of_liver: null,
};
const rows = [sound, unplaced, broken, maskless];

test("a wide terminal", () => {
  expect(`\n${formatCatalogTable(rows, { width: 140 })}\n`).toBe(`
case                voxels          spacing mm  liver mL  tumour %  of liver %  lesions  remarks
volume-0    512 × 512 × 75  0.70 × 0.70 × 5.00      1366     0.013        0.47       11
volume-28   512 × 512 × 75                   –         –     0.013        0.47       11  spacing-unknown; labels-unexpected 3:120
volume-100               –                   –         –         –           –        –  unusable: scan volume-100.nii: the file is empty (…
volume-101  512 × 512 × 75  0.70 × 0.70 × 5.00         –         –           –        –  no mask
`);
});

test("80 characters", () => {
  expect(`\n${formatCatalogTable(rows.slice(0, 3), { width: 80 })}\n`).toBe(`
case                voxels  liver mL  tumour %  lesions  remarks
volume-0    512 × 512 × 75      1366     0.013       11
volume-28   512 × 512 × 75         –     0.013       11  spacing-unknown; label…
volume-100               –         –         –        –  unusable: scan volume-…
`);
});

test("no line is longer than the terminal, whatever is in it, and none moves the cursor", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."ab 漢é😀", "\n", "\r", "\u001b", "\u202e", "\u0000"),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), text, text, (width, name, problem) => {
      const table = formatCatalogTable([sound, { ...sound, case: name, problem }], { width });
      const lines = table.split("\n");
      const long = lines.filter((line) => [...line].length > width || /\p{Cc}/u.test(line));
      expect([lines.length, long]).toEqual([3, []]);
    }),
  );
});

test("colours for a terminal: titles bold, warnings yellow, problems red", () => {
  const esc = "\u001b";
  const lines = formatCatalogTable(rows, { width: 140, colours: true }).split("\n");
  const plain = formatCatalogTable(rows, { width: 140 }).split("\n");
  expect(lines[0]).toBe(`${esc}[1m${plain[0]}${esc}[22m`);
  expect(lines[1]).toBe(plain[1]); // nothing to remark
  expect(lines[2]).toContain(`${esc}[33m  spacing-unknown; labels-unexpected 3:120${esc}[39m`);
  expect(lines[3]).toContain(`${esc}[31m  unusable: scan volume-100.nii`);
});

test("no rows", () => {
  expect(formatCatalogTable([], { width: 80 })).toBe("");
});
