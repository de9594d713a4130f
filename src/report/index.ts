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
export type { ReportDocument } from "./document/document.ts";
export { markdownOf } from "./document/markdown.ts";
export { pageOf } from "./document/page.ts";
export { bestAndWorst } from "./figures/best-and-worst.ts";
export { blandAltman } from "./figures/bland-altman.ts";
export { calibration } from "./figures/calibration.ts";
export { type DataframeColumn, dataframe } from "./figures/dataframe.ts";
export { dicePerCase } from "./figures/dice-per-case.ts";
export type { Figure } from "./figures/drawing.ts";
export { f1BySize, shownSizes } from "./figures/f1-by-size.ts";
export { drawFigures, type Figures } from "./figures/figures.ts";
export { type Theme, themes } from "./figures/palette.ts";
export { rateCurve } from "./figures/rate-curve.ts";
export { studyFigures } from "./figures/study-figures.ts";
export { trainingCurves } from "./figures/training-curves.ts";
export { type Language, type LanguageTag, languageOf, languageTags } from "./language.ts";
export { agreementColours, labelColours, overlayAgreement, overlayLabels } from "./overlay.ts";
export { cohortDocument, renderReport } from "./page.ts";
export { patientDocument } from "./patient.ts";
export type { PatientContent } from "./patient-content.ts";
