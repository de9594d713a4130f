export { type PdfOptions, pdfOf } from "./document/pdf.node.ts";
export { writeFigure } from "./figure-files.node.ts";
export {
  type DrawnCase,
  drawAgreement,
  drawChannels,
  drawLesions,
  drawLiver3d,
  drawOriginalAndMask,
  judgedSlice,
} from "./figures/case-figures.node.ts";
export { writeCaseReport, writeScanReport } from "./patient-report.node.ts";
export { makePictures, type PictureOptions } from "./pictures.node.ts";
export { drawRateFinder } from "./rate-figure.node.ts";
export { drawStudyFigures } from "./study-figures.node.ts";
export {
  readEvaluation,
  readTables,
  reportFiles,
  type WriteReportOptions,
  writeReport,
} from "./write-report.node.ts";
