export { type EpochRow, epochColumns } from "./row.ts";
