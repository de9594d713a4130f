import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { pdfOf } from "../../src/report/index.node.ts";
import { cohortDocument, languageTags, patientDocument } from "../../src/report/index.ts";
import { exampleContent, hostileName, rightToLeftName } from "./example-content.ts";
import { examplePatient } from "./example-patient.ts";

const folder = mkdtempSync(join(tmpdir(), "hepar-pdf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The PDF with its compressed streams inflated, as Latin-1: enough to read its structure. */
function opened(pdf: Buffer): string {
  const text = pdf.toString("latin1");
  const streams = [...text.matchAll(/stream\r?\n/g)].map(({ index, 0: mark }) => {
    const start = index + mark.length;
    const end = text.indexOf("endstream", start);
    try {
      return inflateSync(pdf.subarray(start, end), { finishFlush: 2 }).toString("latin1");
    } catch {
      return text.slice(start, end);
    }
  });
  return [text, ...streams].join("\n");
}

/** So that no 1-pixel placeholder has to be decoded. */
const patient = () => ({ ...examplePatient(), views: [], plain: null });

test.each(languageTags)(
  "%s: tagged, with language and title, and PDF/UA-1 says so",
  async (tag) => {
    const pdf = opened(await pdfOf(patientDocument(patient(), { language: tag })));
    expect(pdf).toMatch(/\/MarkInfo\s*<<\s*\/Marked true/);
    expect(pdf).toContain("/StructTreeRoot");
    expect(pdf).toContain(`/Lang (${tag})`);
    expect(pdf).toMatch(/<pdfuaid:part>1<\/pdfuaid:part>/);
    for (const role of ["/H1", "/H2", "/TH", "/TD", "/Table"]) expect(pdf).toContain(role);
    expect(pdf).not.toMatch(/\/JavaScript|\/Launch|\/EmbeddedFile/);
  },
);

test("every drawing has a text that stands for it", async () => {
  const pdf = opened(await pdfOf(cohortDocument(exampleContent(8), { language: "en" })));
  const figures = pdf.match(/\/S\s*\/Figure/g) ?? [];
  expect(figures.length).toBeGreaterThan(10);
  expect((pdf.match(/\/Alt\s*[(<]/g) ?? []).length).toBeGreaterThanOrEqual(figures.length);
});

test("PDF/A-2a and PDF/A-2b say so", async () => {
  const document = patientDocument(patient(), { language: "en" });
  for (const [standard, conformance] of [
    ["a-2a", "A"],
    ["a-2b", "B"],
  ] as const) {
    const pdf = opened(await pdfOf(document, { standard }));
    expect(pdf).toContain("<pdfaid:part>2</pdfaid:part>");
    expect(pdf).toContain(`<pdfaid:conformance>${conformance}</pdfaid:conformance>`);
    expect(pdf).toContain("/OutputIntents");
  }
});

test("A4 and Letter", async () => {
  const document = patientDocument(patient(), { language: "en" });
  const [a4, letter] = [await pdfOf(document), await pdfOf(document, { paper: "letter" })];
  expect(opened(a4)).toMatch(/\/MediaBox\s*\[0 0 595\.\d+ 841\.\d+\]/);
  expect(opened(letter)).toMatch(/\/MediaBox\s*\[0 0 612(\.0)? 792(\.0)?\]/);
});

test("the same document gives the same bytes", async () => {
  const document = patientDocument(patient(), { language: "fr" });
  expect((await pdfOf(document)).equals(await pdfOf(document))).toBe(true);
});

const pdftotext = ((): boolean => {
  try {
    execFileSync("pdftotext", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!pdftotext)(
  "hostile names and typst's own signs are text; what no font has is told by its number",
  async () => {
    const code = '#panic("x") $x$ = y *b* @ref <label> \\u{41} #import "/etc/passwd"';
    const { row, ...rest } = patient();
    const names = {
      case: hostileName,
      scan_name: rightToLeftName,
      mask_name: code,
      visit: "1\u202E2",
    };
    const content = { ...rest, row: { ...row, ...names } };
    const file = join(folder, "hostile.pdf");
    writeFileSync(file, await pdfOf(patientDocument(content, { language: "en" })));
    const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
    const words = text.replace(/[\s\u200B]+/g, " ");
    expect(words).toContain('<img src=x onerror="alert(1)">');
    expect(words.replaceAll(" ", "")).toContain(code.replaceAll(" ", ""));
    expect(words).toContain("كبد");
    expect(words).toContain("U+202E"); // it would turn what follows
    expect(words).toContain("U+1FA7B"); // the emoji is of Unicode 14
    expect(text.match(/Not a medical device/g)?.length).toBeGreaterThanOrEqual(2); // every page
  },
);
