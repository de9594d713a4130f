export { readCasesCsv } from "./cases-csv.node.ts";
export { catalogueCase } from "./catalogue.node.ts";
export { findCases } from "./find.node.ts";
export type { FoundCase, FoundCases } from "./found-case.ts";
export { readTable, writeTable } from "./table.node.ts";
export { filterRows } from "./where.node.ts";
