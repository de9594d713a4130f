import { expect, test } from "vitest";
import type { CatalogRow } from "../catalog/index.ts";
import { warningsOf } from "./catalogue.node.ts";

const row = (name: string, warnings: string): CatalogRow => ({
  case: name,
  visit: null,
  patient: name,
  scan_source: `/data/${name}.nii`,
  scan_name: `${name}.nii`,
  mask_source: null,
  mask_name: null,
  width: null,
  height: null,
  depth: null,
  spacing_x_mm: null,
  spacing_y_mm: null,
  spacing_z_mm: null,
  orientation: null,
  voxel_type: null,
  hu_min: null,
  hu_max: null,
  labels: null,
  has_tumour: null,
  tumour_percent: null,
  tumour_percent_of_liver: null,
  warnings,
  problem: null,
  problem_code: null,
  sha256: "",
  voxels_sha256: null,
  mask_voxels_sha256: null,
});

test("a warning that many cases share is told once, with the first one's numbers", () => {
  const sentences = warningsOf([
    row("volume-0", "labels-unexpected 3:120; single-slice"),
    row("volume-1", ""),
    row("volume-2", "labels-unexpected 4:7"),
    row("volume-3", "labels-unexpected 5:9"),
  ]);
  expect(sentences).toHaveLength(2);
  expect(sentences[0]).toMatch(/^volume-0, and 2 more like it: .*3:120/);
  expect(sentences[1]).toBe("volume-0: The scan is one slice thick.");
});
