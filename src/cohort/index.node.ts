export { catalogueCohort, convertCohort, studyCohort } from "./commands.node.ts";
export type { RunContext } from "./run.node.ts";
