export { makePictures, type PictureOptions } from "./pictures.node.ts";
export { drawRateFinder } from "./rate-figure.node.ts";
export { drawStudyFigures } from "./study-figures.node.ts";
export { type WriteReportOptions, writeReport } from "./write-report.node.ts";
