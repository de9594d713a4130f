// The reports in a real browser: at phone and laptop size nothing is cut off, and axe finds nothing serious.
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cohortDocument, pageOf, patientDocument } from "../../src/report/index.ts";
import { exampleContent } from "../../test/report/example-content.ts";
import { examplePatient } from "../../test/report/example-patient.ts";
import { chromiumPath } from "./chromium.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(chromiumPath() === undefined)("the reports in Chromium", () => {
  let browser;
  let folder;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
    folder = await mkdtemp(join(tmpdir(), "hepar-report-"));
    for (const language of ["en", "fr"]) {
      const cohort = cohortDocument(exampleContent(8), { language });
      const patient = patientDocument(examplePatient(), { language });
      await writeFile(join(folder, `cohort-${language}.html`), pageOf(cohort));
      await writeFile(join(folder, `patient-${language}.html`), pageOf(patient));
    }
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const pages = ["cohort-en", "cohort-fr", "patient-en", "patient-fr"];
  const views = [
    { width: 390, colorScheme: "light" },
    { width: 1280, colorScheme: "light" },
    { width: 1280, colorScheme: "dark" },
  ];
  test.each(pages.flatMap((name) => views.map((view) => [name, view])))(
    "%s at %o: axe finds nothing serious, nothing is wider than the screen",
    async (name, { width, colorScheme }) => {
      // The page's own policy forbids scripts, axe's too.
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      try {
        const page = await context.newPage();
        await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
        await page.evaluate(axe);
        const { violations, passes } = await page.evaluate("axe.run()");
        expect(passes.length).toBeGreaterThan(20);
        const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
        expect(serious.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
        const room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]");
        expect(room[0]).toBeLessThanOrEqual(room[1]);
      } finally {
        await context.close();
      }
    },
  );

  test("the page's policy lets no script run", async () => {
    const page = await browser.newPage();
    const refused = [];
    page.on("console", (message) => refused.push(message.text()));
    const hostile = pageOf(patientDocument(examplePatient(), { language: "en" })).replace(
      "</body>",
      '<script>document.title = "run"</script><img src="https://example.org/x.png"></body>',
    );
    await writeFile(join(folder, "hostile.html"), hostile);
    await page.goto(pathToFileURL(join(folder, "hostile.html")).href);
    expect(await page.title()).not.toBe("run");
    expect(refused.join(" ")).toMatch(/Content Security Policy/);
    await page.close();
  });
});
