export { type SliceRow, sliceColumns } from "./row.ts";
