export { readCasesCsv } from "./cases-csv.node.ts";
export { catalogueCase, usableCase } from "./catalogue.node.ts";
export { catalogueHeaders } from "./catalogue-headers.node.ts";
export { type CheckOptions, checkFiles } from "./check/check.node.ts";
export { findCases } from "./find.node.ts";
export type { FoundCase, FoundCases } from "./found-case.ts";
export { filesOfScan } from "./scan-files.node.ts";
export { readTable, writeTable } from "./table.node.ts";
export { filterRows } from "./where.node.ts";
