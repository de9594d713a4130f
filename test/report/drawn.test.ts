import { expect, test } from "vitest";
import { drawnLesions, drawnScans } from "../../src/report/figures/drawn.ts";
import { histogram } from "../../src/report/figures/histogram.ts";
import { studyFigures } from "../../src/report/figures/study-figures.ts";
import { liverVolumes } from "../../src/report/figures/volumes.ts";
import { languageOf, languageTags } from "../../src/report/language.ts";
import { exampleContent } from "./example-content.ts";

const { cases, lesions } = exampleContent(12);
const language = languageOf("en");
const [row] = cases;

test("a scan that is not drawn is counted under the first thing that it lacks", () => {
  const usable = { ...row, problem: null, has_tumour: true, tumour_percent_of_liver: 5 };
  const rows = [
    { ...usable, spacing_x_mm: 0.7, liver_ml: 1500 },
    { ...usable, spacing_x_mm: null, liver_ml: null },
    { ...usable, spacing_x_mm: null, liver_ml: null },
    { ...usable, has_tumour: null, tumour_percent_of_liver: null, liver_ml: null },
    { ...usable, problem: "scan: broken", liver_ml: null },
    { ...usable, spacing_x_mm: 0.7, liver_ml: null },
  ];
  const shows = (each: (typeof rows)[number]): boolean => each.liver_ml !== null;
  const needs = ["unusable", "noMask", "noLiver", "noSpacing"] as const;
  expect(drawnScans(rows, { shows: (each) => each.liver_ml !== null, needs, language })).toBe(
    " Drawn: 1 of 6\u00A0scans. Not drawn: 1 that could not be used, 1 without a mask, 2 of unknown spacing, which have no mm and no mL and 1 not measured.",
  );
  expect(drawnScans(rows.filter(shows), { shows: () => true, needs, language })).toBe(
    " Drawn: 1 of 1\u00A0scan.",
  );
  expect(liverVolumes(rows, languageOf("fr"))?.text).toContain(
    "Sur la figure\u00A0: 1 sur 6\u00A0scanners.",
  );
});

test("lesions of unknown spacing", () => {
  expect(drawnLesions(lesions.slice(0, 3), { shown: 2, language })).toBe(
    " Drawn: 2 of 3\u00A0lesions. Not drawn: 1 in scans of unknown spacing, which have no mm and no mL.",
  );
});

test.each(languageTags)("every figure of the study says in %s how many it shows", (tag) => {
  const figures = studyFigures({ cases, lesions }, languageOf(tag));
  expect(figures).toHaveLength(8);
  for (const { text } of figures) {
    expect(text).toMatch(tag === "en" ? / Drawn: \d+ of \d+/ : / Sur la figure\s: \d+ sur \d+/);
  }
});

const options = {
  id: "few",
  title: "Few",
  text: "Few.",
  axis: "mL",
  share: "2 of 3",
  count: "scans",
  colour: "#000000",
  language,
};

test.each(["even", "decades"] as const)(
  "few values are points, on an axis that is wider: %s",
  (scale) => {
    const one = histogram([1500], { ...options, scale });
    expect(one.svg.match(/<circle/g)).toHaveLength(1);
    expect(one.svg).not.toContain("<rect");
    expect(one.svg).not.toContain("y-axis");
    expect(one.text).toBe("Few. So few are drawn as points, one each.");
    // Equal values do not hide each other: same place along the axis, one above the other.
    const two = histogram([1500, 1500], { ...options, scale }).svg;
    const centres = [...two.matchAll(/<circle[^>]*>/g)].map(([circle]) => [
      /cx="([^"]*)"/.exec(circle)?.[1],
      /cy="([^"]*)"/.exec(circle)?.[1],
    ]);
    expect(centres).toHaveLength(2);
    expect(centres[0][0]).toBe(centres[1][0]);
    expect(centres[0][1]).not.toBe(centres[1][1]);
  },
);

test("from eight values on there are bars", () => {
  const eight = histogram([1, 2, 3, 4, 5, 6, 7, 8], { ...options, scale: "even" });
  expect(eight.svg).not.toContain("<circle");
  expect(eight.svg.match(/<rect/g)).toHaveLength(8);
  expect(eight.text).toBe("Few.");
  expect(eight.svg).toContain(">mL · 2 of 3<");
});
