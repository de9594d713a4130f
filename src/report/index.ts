export {
  type Failure,
  type ModelFacts,
  type Picture,
  type PictureKind,
  type PictureRow,
  type Pictures,
  pictureKinds,
  type ReportContent,
  type RunFacts,
} from "./content.ts";
export type { Figure } from "./figures/drawing.ts";
export { drawFigures, type Figures } from "./figures/figures.ts";
export { type Language, type LanguageTag, languageOf, languageTags } from "./language.ts";
export { agreementColours, labelColours, overlayAgreement, overlayLabels } from "./overlay.ts";
export { renderReport } from "./page.ts";
