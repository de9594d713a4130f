export { scoreCase } from "./score.node.ts";
