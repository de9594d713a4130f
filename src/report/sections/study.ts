import type { ReportContent } from "../content.ts";
import { type Block, drawing, paragraph } from "../document/document.ts";
import type { Figures } from "../figures/figures.ts";
import type { Language } from "../language.ts";

/** The figures of the scans and of their reference masks. */
export function studySection(
  content: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Block[] {
  const words = language.say.study;
  const masked = content.cases.some((row) => row.has_tumour !== null);
  return [
    paragraph(masked ? words.intro : `${words.intro} ${words.noMasks}`),
    ...figures.study.map(drawing),
  ];
}
