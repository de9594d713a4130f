import fc from "fast-check";
import { expect, test } from "vitest";
import { findingRules } from "./check/rules.ts";
import type { CatalogRow } from "./row.ts";
import { describeWarning, formatWarnings, linkDuplicates, parseWarnings } from "./warnings.ts";

test("warnings as a cell, and back", () => {
  const warnings = [
    { code: "spacing-unknown", detail: "" },
    { code: "labels-unexpected", detail: "3:120 255:1" },
  ];
  expect(formatWarnings(warnings)).toBe("spacing-unknown; labels-unexpected 3:120 255:1");
  expect(parseWarnings("spacing-unknown; labels-unexpected 3:120 255:1")).toEqual(warnings);
  expect(parseWarnings("")).toEqual([]);
  expect(parseWarnings(null)).toEqual([]);
  const code = fc.constantFrom(...Object.keys(findingRules));
  const detail = fc.constantFrom("", "3:1 4:2", "volume 2", "-40..160");
  fc.assert(
    fc.property(fc.array(fc.record({ code, detail })), (any) => {
      expect(parseWarnings(formatWarnings(any))).toEqual(any);
    }),
  );
});

test("each warning is a sentence, and one of a newer hepar is shown as it stands", () => {
  for (const code of Object.keys(findingRules)) {
    expect(describeWarning({ code, detail: "" })).toMatch(/^[A-Z].*\.$/);
  }
  expect(describeWarning({ code: "duplicate-of", detail: "volume-3" })).toContain("volume-3");
  expect(describeWarning({ code: "constructor", detail: "x" })).toBe("constructor x");
});

const row = (name: string, voxels_sha256: string | null, warnings = "") =>
  ({ case: name, patient: name, voxels_sha256, warnings }) as CatalogRow;

test("scans of equal voxels share the first one's patient; those that were not read, none", () => {
  const linked = linkDuplicates([
    row("volume-1", "aa"),
    row("volume-2", "bb"),
    row("volume-3", "aa", "single-slice"),
    row("volume-4", "aa"),
    row("volume-5", null),
    row("volume-6", null),
  ]);
  expect(linked.map(({ patient }) => patient)).toEqual([
    "volume-1",
    "volume-2",
    "volume-1",
    "volume-1",
    "volume-5",
    "volume-6",
  ]);
  expect(linked.map(({ warnings }) => warnings)).toEqual([
    "",
    "",
    "single-slice; duplicate-of volume-1",
    "duplicate-of volume-1",
    "",
    "",
  ]);
  expect(linkDuplicates(linked)).toEqual(linked);
  // Once the first is gone, the others are no longer its duplicates.
  expect(linkDuplicates(linked.slice(2, 4)).map(({ patient }) => patient)).toEqual([
    "volume-3",
    "volume-3",
  ]);
});

test("a scan under two patients' names makes them one, with all their visits", () => {
  const visit = (name: string, patient: string, content: string) => ({
    ...row(name, content),
    patient,
  });
  const rows = linkDuplicates([
    visit("a", "P1", "x"),
    visit("b", "P2", "y"),
    visit("c", "P2", "x"), // the scan of a
    visit("d", "P3", "y"), // the scan of b
    visit("e", "P4", "z"),
  ]);
  expect(rows.map((each) => each.patient)).toEqual(["P1", "P1", "P1", "P1", "P4"]);
});
