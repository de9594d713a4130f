import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import {
  type LanguageTag,
  languageOf,
  languageTags,
  type ReportContent,
  renderReport,
} from "../../src/report/index.ts";
import { exampleContent, hostileName, rightToLeftName } from "./example-content.ts";

const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&amp;/g, "&")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/[^\S\u00A0\u202F]+/g, " ");

/** The example, and one case with everything that can be wrong with it. */
function troubled(): ReportContent {
  const content = exampleContent(8);
  const [first] = content.cases;
  if (first === undefined) throw new Error("the example has cases");
  const broken = {
    ...first,
    case: hostileName,
    scan_name: rightToLeftName,
    mask_source: null,
    mask_name: null,
    width: null,
    height: null,
    depth: null,
    has_tumour: null,
    tumour_percent: null,
    tumour_percent_of_liver: null,
    liver_ml: null,
    tumour_ml: null,
    lesion_count: null,
    problem: "volume-9.nii: expected 300 bytes, got 200 </script><script>alert(1)</script>",
    problem_code: "nifti.truncated",
    warnings: "labels-unexpected 3:120; a-later-code 7",
  };
  return {
    ...content,
    cases: [...content.cases, broken],
    run: { ...content.run, dataFolder: "/data/<b>lits</b>", command: "hepar run 'a<b' --out c" },
    failures: [
      { case: null, step: "train", reason: "needs two patients", code: "split.too-few" },
      { case: "volume-1", step: "convert", reason: "something new", code: "later.code" },
    ],
  };
}

test.each(languageTags)("%s: every text of the data is text, never markup", (language) => {
  const page = renderReport(troubled(), { language });
  const elements = [...parseHTML(page).document.querySelectorAll("*")];
  const names = new Set(elements.map((element) => element.tagName.toLowerCase()));
  for (const name of ["script", "b", "img", "iframe", "object", "form"]) {
    expect(names).not.toContain(name);
  }
  const attributes = elements.flatMap((element) => [...element.attributes].map(({ name }) => name));
  expect(attributes.filter((name) => name.startsWith("on"))).toEqual([]);
  const text = textOf(page);
  expect(text).toContain(hostileName);
  expect(text).toContain(rightToLeftName);
  expect(text).toContain("</script><script>alert(1)</script>");
  expect(page).toContain(`<bdi class="short">${rightToLeftName}</bdi>`);
});

test.each(languageTags)("%s: the page needs nothing from outside", (language) => {
  const page = renderReport(troubled(), { language });
  const links = page
    .replaceAll('xmlns="http://www.w3.org/2000/svg"', "")
    .match(/https?:\/\/|url\(/g);
  expect(links).toBeNull();
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1])).toSatisfy(
    (targets: string[]) => targets.every((target) => /^(#|data:image\/)/.test(target)),
  );
  expect(page).toContain("default-src &#39;none&#39;");
  expect(page).toContain(`<html lang="${language}">`);
});

test.each(languageTags)(
  "%s: links lead somewhere, ids are unique, pictures are described",
  (language) => {
    const picture = { source: "data:image/webp;base64,AAAA", width: 4, height: 4 };
    const content: ReportContent = {
      ...exampleContent(8),
      pictures: {
        from: "held-out",
        candidates: 2,
        orientation: "radiological",
        rows: [
          {
            case: "volume-1",
            slice: 41,
            chosenBy: "tumour",
            pictures: [
              { kind: "original", ...picture },
              { kind: "agreement", ...picture },
            ],
          },
        ],
      },
    };
    const page = renderReport(content, { language });
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    for (const [, list] of page.matchAll(/aria-labelledby="([^"]+)"/g)) {
      for (const id of list?.split(" ") ?? []) expect(ids).toContain(id);
    }
    const alts = [...page.matchAll(/<img[^>]*\salt="([^"]*)"/g)].map((match) => match[1]);
    expect(alts).toHaveLength(2);
    for (const alt of alts) expect(alt).toContain("volume-1");
  },
);

test("French sets its punctuation off, and never at the start of a line", () => {
  const text = textOf(renderReport({ ...exampleContent(8), failures: [] }, { language: "fr" }));
  expect(text.match(/[\p{L}\d)] [:;!?](?!\S)/gu)).toBeNull();
});

test("numbers in the page are those of the data, in the language's writing", () => {
  const content = exampleContent(8);
  const english = textOf(renderReport(content, { language: "en" }));
  const french = textOf(renderReport(content, { language: "fr" }));
  const { numbers } = languageOf("en");
  for (const row of content.cases) {
    expect(english).toContain(`512\u00A0×\u00A0512\u00A0×\u00A0${row.depth}`);
    if (row.liver_ml === null) continue;
    expect(english).toContain(` ${numbers.amount(row.liver_ml)} `);
    expect(french).toContain(` ${languageOf("fr").numbers.amount(row.liver_ml)} `);
  }
  const dice = content.summary?.liver.dicePerCase ?? Number.NaN;
  expect(english).toContain(`mean Dice ${dice.toFixed(3)} over 2 of 2`);
  expect(french).toContain(`Dice moyen de ${dice.toFixed(3).replace(".", ",")}`);
});

test("an undefined Dice and a missing prediction are said, not shown as a number", () => {
  const content = exampleContent(40);
  const text = textOf(renderReport(content, { language: "en" }));
  const { scores, summary } = content;
  const undefinedTumours = scores?.filter((score) => score.tumour_dice === null) ?? [];
  expect(undefinedTumours.length).toBeGreaterThan(0);
  expect(text.match(/undefined: both empty/g)).toHaveLength(undefinedTumours.length);
  const missed = (scores ?? []).filter((score) => score.status === "missing");
  const zeros = missed.flatMap((score) => [score.liver_dice ?? [], score.tumour_dice ?? []].flat());
  expect(zeros.length).toBeGreaterThan(0);
  expect(text.match(/0 \(no prediction\)/g)).toHaveLength(zeros.length);
  expect(text).toContain(`over ${summary?.tumour.definedCases}\u00A0cases`);
});

test("no size in mm or mL where the spacing is unknown", () => {
  const content = exampleContent(6);
  const cases = content.cases.map((row) => ({
    ...row,
    spacing_x_mm: null,
    spacing_y_mm: null,
    spacing_z_mm: null,
    liver_ml: null,
    tumour_ml: null,
  }));
  const lesions = content.lesions.map((lesion) => ({
    ...lesion,
    volume_ml: null,
    longest_axial_diameter_mm: null,
  }));
  const text = textOf(renderReport({ ...content, cases, lesions }, { language: "en" }));
  expect(text).not.toMatch(/\d[\s\u00A0](mm|mL)\b/);
  expect(text).toContain("unknown");
});

test("warnings and problems are told in the language; a code of later is shown as it is", () => {
  const french = textOf(renderReport(troubled(), { language: "fr" }));
  expect(french).toContain("étiquettes inattendues");
  expect(french).toContain("3:120");
  expect(french).toContain("a-later-code");
  expect(french).toContain("Le fichier s’arrête trop tôt");
  expect(french).toContain("something new");
  expect(french).toContain("later.code");
});

test.each(languageTags)("%s: what is missing is said, not an error", (language) => {
  const bare: ReportContent = {
    ...exampleContent(0),
    sliceCount: null,
    model: null,
    epochs: [],
    scores: null,
    summary: null,
  };
  const { say } = languageOf(language);
  const text = textOf(renderReport(bare, { language }));
  for (const words of [
    say.catalogue.empty,
    say.pictures.none,
    say.training.none,
    say.scores.none,
  ]) {
    expect(text).toContain(words);
  }
});

test("the languages say everything, and not the same", () => {
  const leaves = (tag: LanguageTag): Map<string, string> => {
    const found = new Map<string, string>();
    const walk = (value: unknown, path: string): void => {
      if (typeof value === "string") found.set(path, value);
      else if (typeof value === "function") found.set(path, String(value));
      else if (typeof value === "object" && value !== null) {
        for (const [name, inner] of Object.entries(value)) walk(inner, `${path}.${name}`);
      }
    };
    walk(languageOf(tag).say, "");
    return found;
  };
  const english = leaves("en");
  const french = leaves("fr");
  expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
  // Voxels are voxels, and a name with its number needs no words.
  const shared = new Set([
    ".figures.lesions.voxels",
    ".patient.found.voxels",
    ".drawings.lesions.size",
    ".drawings.lesions.noSize",
    ".drawings.extremes.dice",
    ".drawings.extremes.one",
  ]);
  const same = [...english].filter(
    ([path, words]) => words.length > 15 && french.get(path) === words && !shared.has(path),
  );
  expect(same).toEqual([]);
});

test("a network from elsewhere is said to be tested on patients never seen only if that is known", () => {
  const content = exampleContent(8);
  const { model, summary } = content;
  if (model === null || summary === null) throw new Error("the example has a network and scores");
  const textWith = (unseen: boolean): string => {
    const elsewhere = { model: { ...model, own: false }, summary: { ...summary, unseen } };
    return textOf(renderReport({ ...content, ...elsewhere, epochs: [] }, { language: "en" }));
  };
  for (const text of [textWith(true), textWith(false)]) {
    expect(text).toContain("was trained elsewhere");
    expect(text).not.toContain("Split by patient"); // the cases would be another cohort's
  }
  expect(textWith(true)).toContain("Scores on patients never seen");
  expect(textWith(false)).not.toMatch(/Scores on patients never seen|training never saw/);
});

test("a mask that is turned is not said to have another shape", () => {
  const content = exampleContent(8);
  const cases = content.cases.map((row, index) =>
    index === 0 ? { ...row, problem: "expected LAS", problem_code: "geometry.orientation" } : row,
  );
  expect(textOf(renderReport({ ...content, cases }, { language: "en" }))).toContain(
    "run in other directions",
  );
  const french = textOf(renderReport({ ...content, cases }, { language: "fr" }));
  expect(french).toContain("pas les mêmes directions");
  expect(french).not.toContain("pas la même forme");
});
