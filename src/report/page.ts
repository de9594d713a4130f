import type { ReportContent } from "./content.ts";
import { drawFigures, type Figures } from "./figures/figures.ts";
import { type Html, html, trusted } from "./html.ts";
import { type Language, type LanguageTag, languageOf } from "./language.ts";
import { catalogueSection } from "./sections/catalogue.ts";
import { failuresSection } from "./sections/failures.ts";
import { limitsSection } from "./sections/limits.ts";
import { picturesSection } from "./sections/pictures.ts";
import { scoresSection } from "./sections/scores.ts";
import { studySection } from "./sections/study.ts";
import { summarySection } from "./sections/summary.ts";
import { nameOf } from "./sections/table.ts";
import { trainingSection } from "./sections/training.ts";
import { style } from "./style.ts";

/** What the page may load: nothing but its own style and pictures. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The report: one HTML page that needs no network, no script and no other file.
 *
 * Every text of the content is escaped; what is missing gives a section that says so.
 *
 * @param figures - the content's figures in the same language, when the caller has drawn them
 */
export function renderReport(
  content: ReportContent,
  { language: tag, figures }: { readonly language: LanguageTag; readonly figures?: Figures },
): string {
  const language = languageOf(tag);
  const sections = sectionsOf(content, {
    language,
    figures: figures ?? drawFigures(content, language),
  });
  const { page } = language.say;
  const title = content.title ?? page.title;
  return html`<!DOCTYPE html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="hepar ${content.run.heparVersion}">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#summary">${page.skip}</a>
${header(content, { language, title, sections })}
<main>
${sections.map(
  ({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
${body}
</section>
`,
)}</main>
<footer>${page.foot}</footer>
</body>
</html>
`.markup;
}

interface Section {
  /** The fragment that links point to; the same in every language. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function sectionsOf(
  content: ReportContent,
  drawn: { readonly language: Language; readonly figures: Figures },
): Section[] {
  const { language } = drawn;
  const { say } = language;
  return [
    { id: "summary", title: say.summary.title, body: summarySection(content, language) },
    { id: "catalogue", title: say.catalogue.title, body: catalogueSection(content, language) },
    { id: "study", title: say.study.title, body: studySection(content, drawn) },
    { id: "pictures", title: say.pictures.title, body: picturesSection(content, language) },
    { id: "training", title: say.training.title, body: trainingSection(content, drawn) },
    { id: "scores", title: scoresTitle(content, language), body: scoresSection(content, drawn) },
    { id: "failures", title: say.failures.title, body: failuresSection(content, language) },
    { id: "limits", title: say.limits.title, body: limitsSection(content, language) },
  ];
}

/** Not every network says whom it learned from. */
const scoresTitle = ({ summary }: ReportContent, { say }: Language): string =>
  summary?.unseen === false ? say.scores.titleUnknown : say.scores.title;

function header(
  { run }: ReportContent,
  {
    language,
    title,
    sections,
  }: {
    readonly language: Language;
    readonly title: string;
    readonly sections: readonly Section[];
  },
): Html {
  const { page, notice } = language.say;
  return html`<header>
<h1>${title}</h1>
<div class="meta"><p>${page.made(language.numbers.moment(run.when), run.heparVersion)}</p>
<p>${page.dataFolder} ${nameOf(run.dataFolder)}</p></div>
<aside class="notice" aria-label="${notice.title}"><p><strong>${notice.title}</strong> ${notice.text}</p></aside>
<nav aria-label="${page.contents}"><ol>${sections.map(
    ({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ol></nav>
</header>`;
}
