/** What a column holds. Every column may hold null. */
export type ColumnType = "text" | "whole" | "number" | "yes-no";

/** A table's columns, in order: one entry for each field of its row, or it does not compile. */
export type Columns<Row> = { readonly [Name in keyof Row]-?: ColumnType };
