export { measureFiles, studyCase } from "./study.node.ts";
