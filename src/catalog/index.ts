export type { Columns, ColumnType } from "./columns.ts";
export { type CatalogRow, catalogColumns } from "./row.ts";
