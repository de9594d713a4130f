export { catalogueCase } from "./catalogue.node.ts";
export { type FoundCase, type FoundCases, findCases } from "./find.node.ts";
export { readTable, writeTable } from "./table.node.ts";
