import { expect, test } from "vitest";
import {
  cohortDocument,
  type LanguageTag,
  languageOf,
  languageTags,
  markdownOf,
  pageOf,
  patientDocument,
  type ReportDocument,
} from "../../src/report/index.ts";
import { exampleContent, hostileName, rightToLeftName } from "./example-content.ts";
import { examplePatient } from "./example-patient.ts";
import { expectGolden } from "./golden.ts";

const documents = (language: LanguageTag): readonly (readonly [string, ReportDocument])[] => [
  ["cohort", cohortDocument(exampleContent(8), { language })],
  ["patient", patientDocument(examplePatient(), { language })],
];

test.each(languageTags)("%s: the text of both reports is as it was", (language) => {
  for (const [name, document] of documents(language)) {
    expectGolden(`${name}-${language}.md`, markdownOf(document));
  }
});

/** Words of English that are no words of French, nor names in the data. */
const english =
  /\b(the|of|and|is|are|was|with|which|this|that|not|from|slice|slices|scan|scans|liver|tumour|tumours|lesion|lesions|mask|network|spacing|unknown|yes|warning|without|training|held)\b/i;

/** What a document says in its own words: not names, paths, codes and what the program said. */
function wordsOf({ title, foot, notice, sections }: ReportDocument): string {
  const foreign = new Set(["name", "path", "code", "verbatim"]);
  const words: string[] = [title, foot, notice.title, notice.text];
  const walk = (value: unknown, key = ""): void => {
    if (typeof value === "string") {
      if (!["kind", "id", "style", "source", "svg", "target", "colour"].includes(key)) {
        words.push(value);
      }
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const { style, kind } = value as { readonly style?: string; readonly kind?: string };
    if (foreign.has(style ?? "") || kind === "code") return;
    for (const [name, inner] of Object.entries(value)) walk(inner, name);
  };
  walk(sections);
  return words.join("\n");
}

test("no English stands in the French reports, but what the program itself said", () => {
  for (const [, document] of documents("fr")) {
    const found = wordsOf(document)
      .split("\n")
      .filter((line) => english.test(line));
    expect(found).toEqual([]);
  }
});

test("and English is found where there is some", () => {
  for (const [, document] of documents("en")) expect(wordsOf(document)).toMatch(english);
});

const hostilePatient = () => {
  const patient = examplePatient();
  const names = { case: hostileName, scan_name: rightToLeftName, mask_name: `"'‏\u202E.nii` };
  return { ...patient, row: { ...patient.row, ...names } };
};

test.each(languageTags)("%s: a hostile name is text in the page and in Markdown", (language) => {
  const document = patientDocument(hostilePatient(), { language });
  const page = pageOf(document);
  expect(page).not.toMatch(/<img src=x/);
  expect(page).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
  expect(page).toContain(`<bdi class="short">${rightToLeftName}</bdi>`);
  const markdown = markdownOf(document);
  expect(markdown).not.toContain("<img");
  expect(markdown).toContain("&lt;img src=x onerror=");
  expect(markdown).toContain(`\u2068${rightToLeftName}\u2069`);
});

test("what Markdown could take for its own is escaped", () => {
  const document = patientDocument(examplePatient(), { language: "en" });
  const marked = markdownOf({
    ...document,
    title: "a|b [c](http://d) `e` *f* _g_ <h> &amp; #i\n# j",
    sections: [],
  });
  expect(marked.split("\n")[0]).toBe(
    "# a\\|b \\[c\\](http&#58;//d) \\`e\\` \\*f\\* \\_g\\_ &lt;h&gt; &amp;amp; \\#i \\# j",
  );
});

test.each(languageTags)("%s: every number of the lesions stands in the patient's report", (tag) => {
  const patient = examplePatient();
  const { numbers } = languageOf(tag);
  const text = markdownOf(patientDocument(patient, { language: tag }));
  for (const lesion of patient.lesions) {
    for (const value of [lesion.longest_axial_diameter_mm, lesion.longest_3d_diameter_mm]) {
      expect(text).toContain(numbers.fixed(value ?? Number.NaN, 1));
    }
    expect(text).toContain(`| ${numbers.amount(lesion.volume_ml ?? Number.NaN)} |`);
    expect(text).toContain(`| ${numbers.whole(lesion.voxels)} |`);
  }
  expect(text).toContain(numbers.ml(patient.row.liver_ml ?? Number.NaN));
  expect(text).toContain(numbers.percent(patient.row.tumour_percent_of_liver ?? Number.NaN));
});

test("without a spacing sizes are in voxels, and no millimetre is told", () => {
  const { row, ...patient } = examplePatient();
  const unknown = { spacing_x_mm: null, spacing_y_mm: null, spacing_z_mm: null };
  const none = { liver_ml: null, tumour_ml: null, longest_axial_diameter_mm: null };
  const lesions = patient.lesions.map((lesion) => ({
    ...lesion,
    volume_ml: null,
    longest_axial_diameter_mm: null,
    perpendicular_axial_diameter_mm: null,
    longest_3d_diameter_mm: null,
    distance_to_liver_surface_mm: null,
    touches_liver_surface: null,
  }));
  const content = { ...patient, row: { ...row, ...unknown, ...none }, lesions };
  const text = markdownOf(patientDocument(content, { language: "en" }));
  expect(text).not.toMatch(/\d[\s\u00A0](mm|mL)\b/);
  expect(text).toContain("The liver, tumours included, measures 700,000\u00A0voxels.");
});

test("a case without mask, one without tumour, and one that cannot be read are told as such", () => {
  const patient = examplePatient();
  const told = (changes: Partial<typeof patient.row>): string =>
    markdownOf(
      patientDocument(
        { ...patient, row: { ...patient.row, ...changes }, lesions: [], views: [] },
        { language: "en" },
      ),
    );
  const bare = { has_tumour: null, labels: null, liver_ml: null, tumour_ml: null };
  expect(told(bare)).toContain("This scan has no usable mask");
  expect(told({ has_tumour: false, labels: "0:90 1:10", lesion_count: 0 })).toContain(
    "No tumour is marked in it.",
  );
  expect(told({ has_tumour: false, labels: "0:100" })).toContain(
    "The mask marks neither liver nor tumour.",
  );
  expect(told({ ...bare, problem: "volume-9.nii: too short" })).toContain(
    "volume-9.nii: too short",
  );
});

test("a network's mask is told as one, with how it did on patients it never saw", () => {
  const { summary } = exampleContent(40);
  const thought = { meanTumourProbability: 0.9, maxTumourProbability: 1, agreement: 1 };
  const of = { ...thought, volumeMl: 12, meanEntropy: 0.2 };
  const mask = {
    kind: "predicted",
    ...{ model: "unet", summary, warnings: [] },
    lesions: [
      { ...of, lesion: 1, voxels: 500, probability: 0.25 },
      { ...of, lesion: 2, voxels: 12_000, probability: 0.97 },
    ],
  } as const;
  const patient = { ...examplePatient(), mask };
  const text = (language: LanguageTag): string =>
    markdownOf(patientDocument(patient, { language }));
  // By their voxels, whatever their order.
  expect(text("en")).toMatch(/\| Lesion 1 \|.*\| 0\.97 \|/);
  expect(text("fr")).toMatch(/\| Lésion 2 \|.*\| 0,25 \|/);
  const alike = patient.lesions.map((lesion) => ({ ...lesion, voxels: 500 }));
  const unsure = { ...patient, lesions: alike };
  expect(markdownOf(patientDocument(unsure, { language: "en" }))).not.toContain("| 0.25 |");
  const plain = { ...patient, mask: { ...mask, lesions: null } };
  expect(markdownOf(patientDocument(plain, { language: "en" }))).toContain(
    "how sure it is of one is not known",
  );
  expect(text("en")).toContain("a mask that the network unet drew. Nobody has checked it.");
  expect(text("en")).toContain(`mean Dice was ${summary?.liver.dicePerCase?.toFixed(3)}`);
  expect(text("fr")).toContain("tracé par le réseau unet");
});
