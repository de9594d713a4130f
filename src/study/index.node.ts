export { studyCase } from "./study.node.ts";
