import type { ReportContent } from "../content.ts";
import type { Figures } from "../figures/figures.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { figure } from "./figure.ts";

/** The figures of the scans and of their reference masks. */
export function studySection(
  content: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Html {
  const words = language.say.study;
  const masked = content.cases.some((row) => row.has_tumour !== null);
  return html`<p>${words.intro}${masked ? null : ` ${words.noMasks}`}</p>
${figures.study.map(figure)}`;
}
