export { agreementOfFiles, type FileAgreement } from "./agreement-files.node.ts";
export { type FileScoreOptions, scoreCase, scoreLitsFiles } from "./score.node.ts";
export { type FileScores, scoreFiles } from "./score-files.node.ts";
export { writeScores } from "./write-scores.node.ts";
