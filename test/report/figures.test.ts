import { expect, test } from "vitest";
import { drawFigures, type Figure, languageOf } from "../../src/report/index.ts";
import { exampleContent, hostileName } from "./example-content.ts";
import { expectGolden } from "./golden.ts";

/** Tick labels' places along an axis group, from its transforms. */
function labelPlaces(svg: string, axis: "x" | "y"): number[] {
  const group = svg.split(`aria-label="${axis}-axis tick label"`)[1]?.split("</g>")[0] ?? "";
  return [...group.matchAll(/translate\(([-\d.]+),([-\d.]+)\)/g)].map((match) =>
    Number(match[axis === "x" ? 1 : 2]),
  );
}

const gaps = (places: readonly number[]): number[] =>
  places.slice(1).map((place, index) => Math.abs(place - (places[index] ?? 0)));

const all = (count: number, tag: "en" | "fr" = "en"): readonly Figure[] => {
  const { study, training, scores } = drawFigures(exampleContent(count), languageOf(tag));
  return [...study, ...training, ...scores];
};

test("figures look as they did", () => {
  for (const figure of all(12)) expectGolden(`${figure.id}-12-en.svg`, `${figure.svg}\n`);
  const [slices, percentage] = all(131, "fr");
  expectGolden("slices-per-scan-131-fr.svg", `${slices?.svg}\n`);
  expectGolden("tumour-percentage-131-fr.svg", `${percentage?.svg}\n`);
});

test.each([3, 40, 41, 131])("the names of %i cases do not touch", (count) => {
  const figures = all(count);
  const caseFigures = figures.filter(({ id }) =>
    ["slices-per-scan", "tumour-percentage", "dice-per-case"].includes(id),
  );
  expect(caseFigures.length).toBeGreaterThanOrEqual(2);
  for (const { id, svg } of caseFigures) {
    const rows = count <= 40 || id === "dice-per-case";
    const places = labelPlaces(svg, rows ? "y" : "x");
    expect(places.length).toBeGreaterThan(0);
    // 12 px text: a line of it is less than 15 px high.
    expect(Math.min(...gaps(places), 99)).toBeGreaterThanOrEqual(15);
  }
});

test("bars are as long as their numbers", () => {
  const content = exampleContent(3);
  const [slices] = drawFigures(content, languageOf("en")).study;
  const bars = slices?.svg.split('aria-label="bar"')[1]?.split("</g>")[0] ?? "";
  const widths = [...bars.matchAll(/width="([\d.]+)"/g)].map((match) => Number(match[1]));
  const depths = content.cases.map((row) => row.depth ?? 0);
  expect(widths).toHaveLength(3);
  widths.forEach((width, index) => {
    // Widths are written in hundredths of a pixel.
    expect(width / (widths[0] ?? 1)).toBeCloseTo((depths[index] ?? 0) / (depths[0] ?? 1), 4);
  });
});

test("each figure says in words what it shows, and leaves no document behind", () => {
  for (const tag of ["en", "fr"] as const) {
    for (const { id, title, text, svg } of all(3, tag)) {
      expect(svg).toContain(`aria-labelledby="${id}-title ${id}-text"`);
      expect(svg).toContain(`<title id="${id}-title">${title}</title>`);
      expect(text.length).toBeGreaterThan(20);
      expect(svg).not.toMatch(/NaN|undefined|class="plot/);
    }
  }
  expect(globalThis).not.toHaveProperty("document");
});

test("a hostile name stays text inside a figure", () => {
  const content = exampleContent(1);
  const cases = content.cases.map((row) => ({ ...row, case: hostileName }));
  const [slices] = drawFigures({ ...content, cases }, languageOf("en")).study;
  expect(slices?.svg).not.toContain("<img");
  expect(slices?.svg).toContain("&lt;img src=x");
});

test("nothing to draw gives no figure", () => {
  const content = { ...exampleContent(0), epochs: [], rates: [] };
  expect(drawFigures(content, languageOf("en"))).toEqual({ study: [], training: [], scores: [] });
});

test("lesions without any known spacing are counted in voxels, and no millilitre is named", () => {
  const content = exampleContent(6);
  const lesions = content.lesions.map((lesion) => ({
    ...lesion,
    volume_ml: null,
    longest_axial_diameter_mm: null,
  }));
  const figure = drawFigures({ ...content, lesions }, languageOf("en")).study[2];
  expect(figure?.text).toContain("voxels");
  expect(figure?.svg).not.toContain("mL");
});
