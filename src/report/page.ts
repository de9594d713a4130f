import type { ReportContent } from "./content.ts";
import {
  type Block,
  nameOf,
  paragraph,
  type ReportDocument,
  type Section,
} from "./document/document.ts";
import { pageOf } from "./document/page.ts";
import { drawFigures, type Figures } from "./figures/figures.ts";
import { type Language, type LanguageTag, languageOf } from "./language.ts";
import { catalogueSection } from "./sections/catalogue.ts";
import { conversionSection } from "./sections/conversion.ts";
import { failuresSection } from "./sections/failures.ts";
import { limitsSection } from "./sections/limits.ts";
import { picturesSection } from "./sections/pictures.ts";
import { scoresSection } from "./sections/scores.ts";
import { studySection } from "./sections/study.ts";
import { summarySection } from "./sections/summary.ts";
import { trainingSection } from "./sections/training.ts";

interface ReportOptions {
  readonly language: LanguageTag;
  /** The content's figures in the same language, when the caller has drawn them. */
  readonly figures?: Figures;
}

/** The report as one HTML page that needs no network, no script and no other file. */
export const renderReport = (content: ReportContent, options: ReportOptions): string =>
  pageOf(cohortDocument(content, options));

/** The report of a cohort; what is missing gives a section that says so. */
export function cohortDocument(
  content: ReportContent,
  { language: tag, figures = drawFigures(content, languageOf(tag)) }: ReportOptions,
): ReportDocument {
  const language = languageOf(tag);
  const { say, numbers } = language;
  const drawn = { language, figures };
  const { run } = content;
  return {
    language: tag,
    title: content.title ?? say.page.title,
    made: [
      say.page.made(numbers.moment(run.when), run.heparVersion),
      [say.page.dataFolder, " ", nameOf(run.dataFolder)],
    ],
    ...frameOf(language, run),
    sections: [
      { id: "summary", title: say.summary.title, blocks: summarySection(content, language) },
      { id: "catalogue", title: say.catalogue.title, blocks: catalogueSection(content, language) },
      { id: "study", title: say.study.title, blocks: studySection(content, drawn) },
      {
        id: "conversion",
        title: say.conversion.title,
        blocks: conversionSection(content, language),
      },
      ...casesSection(content, language),
      { id: "pictures", title: say.pictures.title, blocks: picturesSection(content, language) },
      { id: "training", title: say.training.title, blocks: trainingSection(content, drawn) },
      {
        id: "scores",
        title: scoresTitle(content, language),
        blocks: scoresSection(content, drawn),
      },
      { id: "failures", title: say.failures.title, blocks: failuresSection(content, language) },
      { id: "limits", title: say.limits.title, blocks: limitsSection(content, language) },
    ],
  };
}

/** Links to the pages of the cases; nothing where there are none. */
function casesSection({ cases, casePages = false }: ReportContent, { say }: Language): Section[] {
  if (!casePages || cases.length === 0) return [];
  const links = cases.map((row) => ({ target: casePage(row.case), text: nameOf(row.case) }));
  const blocks: readonly Block[] = [paragraph(say.cases.intro), { kind: "links", links }];
  return [{ id: "cases", title: say.cases.title, blocks }];
}

/** Where the page of a case lies, as a link from the report's. */
const casePage = (name: string): string => `cases/${encodeURIComponent(name)}.html`;

/** What every report has around its sections. */
export const frameOf = (
  { say }: Language,
  { when, heparVersion }: Pick<ReportContent["run"], "when" | "heparVersion">,
): Pick<ReportDocument, "notice" | "foot" | "labels" | "when" | "heparVersion"> => ({
  notice: say.notice,
  foot: say.page.foot,
  labels: { skip: say.page.skip, contents: say.page.contents },
  when,
  heparVersion,
});

/** Not every network says whom it learned from. */
const scoresTitle = ({ summary }: ReportContent, { say }: Language): string =>
  summary?.unseen === false ? say.scores.titleUnknown : say.scores.title;
