import pc from "picocolors";
import { type CatalogRow, parseWarnings } from "../catalog/index.ts";
import type { StudyColumns } from "./row.ts";

/** A catalogue's row, studied or not yet. */
export type TableRow = CatalogRow & Partial<StudyColumns>;

interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
  readonly text: (row: TableRow) => string;
  /** Left out of narrow terminals: the lowest first. Without it, never. */
  readonly worth?: number;
}

const unknown = "–";
const gap = "  ";
/** What the remarks need at least, before columns are left out for them. */
const remarksNeed = 20;

const decimals = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? unknown : value.toFixed(digits);

const joined = (values: readonly (number | null)[], digits: number): string =>
  values.includes(null) ? unknown : values.map((value) => decimals(value, digits)).join(" × ");

const columns: readonly TableColumn[] = [
  { title: "case", align: "left", text: (row) => row.case },
  {
    title: "voxels",
    align: "right",
    text: (row) => joined([row.width, row.height, row.depth], 0),
    worth: 4,
  },
  {
    title: "spacing mm",
    align: "right",
    text: (row) => joined([row.spacing_x_mm, row.spacing_y_mm, row.spacing_z_mm], 2),
    worth: 1,
  },
  { title: "liver mL", align: "right", text: (row) => decimals(row.liver_ml, 0), worth: 3 },
  { title: "tumour %", align: "right", text: (row) => decimals(row.tumour_percent, 3) },
  {
    title: "of liver %",
    align: "right",
    text: (row) => decimals(row.tumour_percent_of_liver, 2),
    worth: 2,
  },
  { title: "lesions", align: "right", text: (row) => decimals(row.lesion_count, 0), worth: 5 },
];

const remarks = (row: TableRow): string =>
  row.problem === null
    ? [
        ...(row.mask_source === null ? ["no mask"] : []),
        ...parseWarnings(row.warnings).map(({ code, detail }) => `${code} ${detail}`.trim()),
      ].join("; ")
    : `unusable: ${row.problem}`;

/**
 * The catalogue for a terminal: a line a case under a line of titles, none longer than the width.
 * Values that nobody knows are `–`, and a column of nothing else is left out; remarks (the problem,
 * or else the warnings' codes) take what room is left and end in `…` where it is not enough. In a
 * narrow terminal the spacing is left out first, then the burden, the liver, the dimensions, the
 * lesions. No rows: "".
 *
 * @param options.width - in characters; those that move a terminal's cursor are shown as `?`
 * @param options.colours - titles bold, problems red, warnings yellow, for a terminal; default: none
 */
export function formatCatalogTable(
  rows: readonly TableRow[],
  { width, colours = false }: { readonly width: number; readonly colours?: boolean },
): string {
  const pen = pc.createColors(colours);
  if (rows.length === 0) return "";
  const cells = columns
    .map((column) => ({ column, texts: [column.title, ...rows.map(column.text)] }))
    .filter(({ column, texts }) => column === columns[0] || texts.some(isKnown));
  let kept = cells.map(({ column, texts }) => {
    const plain = texts.map(printable);
    return { column, texts: plain, width: Math.max(...plain.map(lengthOf)) };
  });
  const room = (): number =>
    width - kept.reduce((sum, column) => sum + column.width + gap.length, 0);
  const byWorth = kept
    .filter(({ column }) => column.worth !== undefined)
    .sort((a, b) => (a.column.worth ?? 0) - (b.column.worth ?? 0));
  for (const least of byWorth) {
    if (room() >= remarksNeed) break;
    kept = kept.filter((column) => column !== least);
  }
  const last = ["remarks", ...rows.map(remarks)].map(printable);
  const lines = last.map((remark, line) => {
    const texts = kept.map(({ column, texts, width }) => {
      const padding = " ".repeat(width - lengthOf(texts[line]));
      return column.align === "left" ? texts[line] + padding : padding + texts[line];
    });
    const known = texts.join(gap);
    const whole = cut([known, remark].join(gap).trimEnd(), width);
    if (line === 0) return pen.bold(whole);
    const paint = rows[line - 1].problem === null ? pen.yellow : pen.red;
    const shown = whole.slice(known.length);
    return shown === "" ? whole : whole.slice(0, known.length) + paint(shown);
  });
  return lines.join("\n");
}

const isKnown = (text: string, line: number): boolean => line > 0 && text !== unknown;

/** A file's name may hold anything, also what would move the cursor or colour the terminal. */
const printable = (text: string): string => text.replace(/\p{C}/gu, "?");

const lengthOf = (text: string): number => [...text].length;

const cut = (text: string, width: number): string =>
  lengthOf(text) <= width ? text : `${[...text].slice(0, Math.max(0, width - 1)).join("")}…`;
