import { expect, test } from "vitest";
import { languageOf, languageTags } from "../../src/report/index.ts";
import { agreement, type JudgedSlice } from "../../src/report/figures/agreement.ts";
import { bestAndWorst } from "../../src/report/figures/best-and-worst.ts";
import { blandAltman } from "../../src/report/figures/bland-altman.ts";
import { calibration } from "../../src/report/figures/calibration.ts";
import { dataframe } from "../../src/report/figures/dataframe.ts";
import type { Figure } from "../../src/report/figures/drawing.ts";
import { f1BySize } from "../../src/report/figures/f1-by-size.ts";
import { type LesionPicture, lesionSheet } from "../../src/report/figures/lesion-sheet.ts";
import { liverView } from "../../src/report/figures/liver-view.ts";
import { originalAndMask } from "../../src/report/figures/original-and-mask.ts";
import { themes, withoutVariables } from "../../src/report/figures/palette.ts";
import { sliceChannels } from "../../src/report/figures/slice-channels.ts";
import type { Language } from "../../src/report/language.ts";
import { exampleContent, hostileName } from "../report/example-content.ts";
import { expectGolden } from "../report/golden.ts";

const folder = import.meta.dirname;

/** One grey pixel, so that the golden files hold no picture. */
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

/** Labels drawn as text: `.` none, `l` liver, `T` tumour. */
const labels = (rows: readonly string[]): Uint8Array =>
  Uint8Array.from(rows.join(""), (letter) => ".lT".indexOf(letter));

const judged = (name: string): JudgedSlice => ({
  case: name,
  slice: 12,
  original: pixel,
  width: 8,
  height: 4,
  reference: labels([".llll...", "lllTTl..", "llllTl..", ".llll..."]),
  predicted: labels([".lllll..", "llTTll..", "llllll..", "..lll..."]),
  aspect: 2,
});

const lesion = (id: number, known: boolean): LesionPicture => ({
  lesion: id,
  voxels: 40 - id,
  slice: 7 + id,
  volumeMl: known ? 1.25 / id : null,
  longest: known ? { ends: [[1, 2], [5, 2]], lengthMm: 12.4 } : null,
  perpendicular: known ? { ends: [[3, 1], [3, 4]], lengthMm: 9.3 } : null,
  original: pixel,
  width: 6,
  height: 5,
  sideMm: known ? 18.6 : null,
  mask: labels(["......", ".llll.", ".llll.", ".llll.", "......"]),
});

const view = {
  case: "volume-4",
  liverMl: 1594.2,
  hasLiver: true,
  spacingKnown: true,
  lesionCount: 2,
  largestMl: 84,
  views: (["anterior", "left", "inferior"] as const).map((name) => ({
    view: name,
    source: pixel,
    marks: [
      { lesion: 1, x: 0.3, y: 0.4, radius: 0.1 },
      { lesion: 2, x: 0.7, y: 0.5, radius: 0.01 },
    ],
  })),
};

const bins = [
  { from: 0, to: 0.25, lesions: 8, predicted: 0.11, observed: 0.125 },
  { from: 0.25, to: 0.5, lesions: 0, predicted: null, observed: null },
  { from: 0.5, to: 0.75, lesions: 5, predicted: 0.6, observed: 0.4 },
  { from: 0.75, to: 1, lesions: 20, predicted: 0.93, observed: 0.95 },
];

const sizes = [
  { size: "below10mm", f1: 0.4, found: 3, all: 9 },
  { size: "from10to20mm", f1: null, found: 0, all: 0 },
  { size: "above20mm", f1: 0.925, found: 12, all: 13 },
] as const;

const content = exampleContent(24);

const volumes = (content.scores ?? []).map((score, index) => ({
  ...score,
  tumour_reference_voxels: 20_000 * (index + 1),
  tumour_predicted_voxels: 20_000 * (index + 1) + [3000, -5000, 1000, -9000, 4000, -2000][index],
}));

/** Every figure that is not one of the study's or the training's, by its name. */
const examples: Readonly<Record<string, (language: Language) => Figure | null>> = {
  dataframe: (language) => dataframe(content.cases, { mostRows: 6, language }),
  channels: (language) =>
    sliceChannels(
      { case: "volume-4", slice: 25, colour: pixel, channels: [pixel, pixel, pixel], aspect: 1.25 },
      language,
    ),
  original: (language) =>
    originalAndMask(
      [{ case: "volume-4", slice: 25, original: pixel, mask: pixel, aspect: 1.25 }],
      language,
    ),
  agreement: (language) => agreement(judged("volume-4"), language),
  "best-and-worst": (language) =>
    bestAndWorst(
      {
        structure: "tumour",
        best: [{ slice: judged("volume-4"), dice: 0.87 }],
        worst: [{ slice: judged("volume-11"), dice: 0 }],
      },
      language,
    ),
  lesions: (language) =>
    lesionSheet(
      { case: "volume-4", count: 5, lesions: [1, 2, 3].map((id) => lesion(id, true)) },
      language,
    ),
  "lesions-without-spacing": (language) =>
    lesionSheet({ case: "volume-30", count: 1, lesions: [lesion(1, false)] }, language),
  "liver-3d": (language) => liverView(view, language),
  "bland-altman": (language) =>
    blandAltman(volumes, { rows: content.cases, structure: "tumour", language }),
  calibration: (language) => calibration({ bins, ece: 0.052, brier: 0.081 }, language),
  "f1-by-size": (language) => f1BySize(sizes, { model: "unet", language }),
};

const names = Object.keys(examples);

test.each(languageTags.flatMap((tag) => names.map((name) => [name, tag] as const)))(
  "%s looks as it did: %s",
  (name, tag) => {
    const figure = examples[name](languageOf(tag));
    expectGolden(`${name}-${tag}.svg`, `${figure?.svg}\n`, { folder });
  },
);

test.each(names)("%s says in words what it shows, in both languages", (name) => {
  const [english, french] = (["en", "fr"] as const).map((tag) => examples[name](languageOf(tag)));
  for (const figure of [english, french]) {
    if (figure === null) throw new Error(`${name} was not drawn`);
    const { id, title, text, svg } = figure;
    expect(svg).toContain(`aria-labelledby="${id}-title ${id}-text"`);
    expect(svg).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]{20,}<\/desc>/);
    expect(text).toMatch(/\d|volume/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(title.length).toBeGreaterThan(5);
  }
  expect(english?.text).not.toBe(french?.text);
  expect(english?.title).not.toBe(french?.title);
});

test.each(themes)("nothing of a figure that stands alone is left to a page: %s", (theme) => {
  for (const name of names) {
    const svg = withoutVariables(examples[name](languageOf("en"))?.svg ?? "", theme);
    expect(svg).not.toContain("var(");
    expect(svg.includes('<rect width="100%" height="100%" fill="#14181d"/>')).toBe(
      theme === "dark",
    );
  }
});

test("a hostile name stays text", () => {
  const language = languageOf("en");
  const figures = [
    agreement(judged(hostileName), language),
    lesionSheet({ case: hostileName, count: 1, lesions: [lesion(1, true)] }, language),
    liverView({ ...view, case: hostileName }, language),
    dataframe([{ ...content.cases[0], case: hostileName }], { language }),
  ];
  for (const figure of figures) {
    expect(figure?.svg).not.toContain("<img");
    expect(figure?.svg).toContain("&lt;img src=x");
  }
});

test("agreement, missed and invented are counted as they are drawn", () => {
  const { text } = agreement(judged("a"), languageOf("en"));
  const plain = text.replaceAll("\u00A0", " ");
  // Liver, tumours included: 20 and 20 pixels, 19 in common. Tumour: 3 and 2, 1 in common.
  expect(plain).toContain("Liver, pixels: 19 in agreement, 1 missed, 1 invented (Dice 0.950");
  expect(plain).toContain("Tumour, pixels: 1 in agreement, 2 missed, 1 invented (Dice 0.400");
});
