import { expect, test } from "vitest";
import type { CheckReport, ReportedFinding } from "../catalog/index.ts";
import { renderCheckDocs } from "./check-docs.ts";
import { checkLines } from "./check-text.ts";

test("docs/check.md is what the table of findings says (after a change: vitest -u)", async () => {
  await expect(renderCheckDocs()).toMatchFileSnapshot("../../docs/check.md");
});

const finding = (file: string, change: Partial<ReportedFinding> = {}): ReportedFinding => ({
  severity: "warning",
  code: "intensities-cut",
  stage: "voxels",
  file,
  field: "voxels",
  found: "-40..160",
  expected: "Hounsfield units",
  means: "It was cut.",
  advice: "convert it again",
  ...change,
});

const reportOf = (findings: readonly ReportedFinding[]): CheckReport => ({
  files: 9,
  pairs: 0,
  headersOnly: false,
  errors: 0,
  warnings: findings.length,
  notes: 0,
  findings,
});

const page = { width: 60, colours: false };

test("nothing found is one line", () => {
  expect(checkLines({ ...reportOf([]), files: 1, pairs: 1 }, page)).toEqual([
    "1 file, 1 pair of scan and mask: 0 errors, 0 warnings",
  ]);
});

test("file by file, in the manner of a compiler, wrapped to the page", () => {
  const means = "A sentence that is longer than the page is wide, so that it has to go on.";
  expect(checkLines(reportOf([finding("a.nii", { means })]), page)).toEqual([
    "a.nii",
    "  warning[intensities-cut] voxels: found -40..160; expected Hounsfield units",
    "    A sentence that is longer than the page is wide, so that",
    "    it has to go on.",
    "    → convert it again",
    "",
    "9 files: 0 errors, 1 warning",
  ]);
});

test("what many files share is said once, with how many have which value", () => {
  const findings = ["a", "b", "c", "d", "e"].map((name, n) =>
    finding(`${name}.nii`, n === 4 ? { found: "-30..160" } : {}),
  );
  const own = finding("c.nii", { code: "swapped", severity: "error", found: "" });
  expect(checkLines(reportOf([...findings, own]), { ...page, width: 200 })).toEqual([
    "c.nii",
    "  error[swapped] voxels: expected Hounsfield units",
    "    It was cut.",
    "    → convert it again",
    "",
    "5 files",
    "  a.nii, b.nii, c.nii, d.nii, e.nii",
    "  warning[intensities-cut] voxels: found -40..160 (in 4 files), -30..160 (in 1 file); expected Hounsfield units",
    "    The scan holds a few hundred HU only: it was cut to a window (air is −1000 HU), and what lay outside is lost.",
    "    → convert it again",
    "",
    "9 files: 0 errors, 6 warnings",
  ]);
});

test("colours only where they are wanted", () => {
  const plain = checkLines(reportOf([finding("a.nii")]), page).join("\n");
  const coloured = checkLines(reportOf([finding("a.nii")]), { ...page, colours: true }).join("\n");
  expect(plain).not.toContain("\u001b[");
  expect(coloured).toContain("\u001b[33mwarning\u001b[39m[intensities-cut]");
});
