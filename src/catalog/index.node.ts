export { readTable, writeTable } from "./table.node.ts";
