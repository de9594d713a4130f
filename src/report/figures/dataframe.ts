import type { Columns, ColumnType } from "../../catalog/index.ts";
import { type StudiedRow, studiedColumns } from "../../study/index.ts";
import { type Html, html, type Piece, withoutControls } from "../html.ts";
import type { Language } from "../language.ts";
import { type Figure, textWidth } from "./drawing.ts";
import { palette } from "./palette.ts";
import { drawPicture, label, px } from "./picture.ts";

/** A column of the catalogue. */
export type DataframeColumn = keyof StudiedRow & string;

/** Those that are shown unless others are asked for. */
const usualColumns: readonly DataframeColumn[] = [
  "case",
  "scan_name",
  "mask_name",
  "width",
  "height",
  "depth",
  "spacing_x_mm",
  "spacing_z_mm",
  "has_tumour",
  "tumour_percent",
  "tumour_percent_of_liver",
  "liver_ml",
  "lesion_count",
];

const rowHeight = 24;
const padding = 10;
const longestText = 26;
/** Of bold text, by plain text. */
const boldWidth = 1.14;

/**
 * The catalogue as a picture: its first rows, in chosen columns, under the columns' own names. null
 * for an empty one.
 */
export function dataframe(
  rows: readonly StudiedRow[],
  {
    columns = usualColumns,
    mostRows = 10,
    language,
  }: {
    readonly columns?: readonly DataframeColumn[];
    readonly mostRows?: number;
    readonly language: Language;
  },
): Figure | null {
  if (rows.length === 0) return null;
  const { say, numbers } = language;
  const words = say.drawings.dataframe;
  const shown = rows.slice(0, mostRows);
  const types: Columns<StudiedRow> = studiedColumns;
  const cells = shown.map((row) =>
    columns.map((name) => cellText(row[name], { type: types[name], language })),
  );
  const index = shown.map((_, row) => numbers.whole(row));
  const indexWidth = Math.max(...index.map(textWidth)) + padding;
  const widths = columns.map(
    (name, column) =>
      Math.max(boldWidth * textWidth(name), ...cells.map((row) => textWidth(row[column]))) +
      2 * padding,
  );
  const lefts = widths.map((_, column) =>
    widths.slice(0, column).reduce((sum, width) => sum + width, indexWidth),
  );
  const width = indexWidth + widths.reduce((sum, one) => sum + one, 0);
  const text = (words_: readonly string[], { y, weight }: { y: number; weight?: number }): Piece =>
    words_.map((word, column) => {
      const isNumber = types[columns[column]] !== "text";
      const [x, anchor] = isNumber
        ? [lefts[column] + widths[column] - padding, "end" as const]
        : [lefts[column] + padding, "start" as const];
      return label(word, { x, y, anchor, ...(weight === undefined ? {} : { weight }) });
    });
  const bottom = rowHeight * (shown.length + 1);
  return drawPicture({
    id: "dataframe",
    title: words.title,
    text: words.text(shown.length, rows.length, columns.join(", ")),
    width,
    height: bottom + 26,
    body: [
      shown.map((_, row) => (row % 2 === 0 ? band({ y: rowHeight * (row + 1), width }) : null)),
      html`<path d="M0 ${px(rowHeight)}H${px(width)}M0 ${px(bottom)}H${px(width)}" stroke="${palette.muted}" fill="none"/>`,
      text(columns, { y: 16, weight: 600 }),
      cells.map((row, number) => [
        label(index[number], {
          x: indexWidth - padding / 2,
          y: rowHeight * (number + 1) + 16,
          anchor: "end",
          colour: palette.muted,
        }),
        text(row, { y: rowHeight * (number + 1) + 16 }),
      ]),
      label(words.more(rows.length, columns.length), {
        x: 0,
        y: bottom + 18,
        colour: palette.muted,
      }),
    ],
  });
}

const band = ({ y, width }: { readonly y: number; readonly width: number }): Html =>
  html`<rect x="0" y="${px(y)}" width="${px(width)}" height="${px(rowHeight)}" fill="${palette.panel}"/>`;

function cellText(
  value: StudiedRow[DataframeColumn],
  { type, language: { say, numbers } }: { readonly type: ColumnType; readonly language: Language },
): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? say.words.yes : say.words.no;
  if (typeof value === "number") {
    return type === "whole" ? numbers.whole(value) : numbers.significant(value, 4);
  }
  const letters = Array.from(withoutControls(value));
  return letters.length <= longestText
    ? letters.join("")
    : `${letters.slice(0, longestText - 1).join("")}…`;
}
