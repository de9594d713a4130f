export type { RunContext } from "./run.node.ts";
