import { type Html, html, type Piece } from "../html.ts";

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Piece;
  /** Right-aligned, with figures of one width. */
  readonly number?: boolean;
  /** Text that may be long: it gets room, and breaks anywhere. */
  readonly long?: boolean;
}

/**
 * A table in a box of its own that scrolls when it is too wide; the first column names the row.
 *
 * @param foot - rows of totals, already marked up
 */
export function table<Row>({
  caption,
  captionHidden = false,
  columns,
  rows,
  foot = [],
}: {
  /** Also the name of the scrolling box. */
  readonly caption: string;
  /** Where the heading above says the same: only for those who listen. */
  readonly captionHidden?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly foot?: readonly Html[];
}): Html {
  const kind = (column: Column<Row>): Html | null =>
    column.number ? html` class="number"` : column.long ? html` class="long"` : null;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption${captionHidden ? html` class="hidden"` : null}>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col"${kind(column)}>${column.head}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (row) =>
    html`<tr>${columns.map((column, index) =>
      index === 0
        ? html`<th scope="row">${column.cell(row)}</th>`
        : html`<td${kind(column)}>${column.cell(row)}</td>`,
    )}</tr>
`,
)}</tbody>
${foot.length > 0 ? html`<tfoot>${foot}</tfoot>` : null}</table></div>`;
}

/** A name longer than this may be broken. */
const shortName = 28;

/** A name from a file: it may be in any script and direction. */
export const nameOf = (name: string): Html =>
  name.length <= shortName ? html`<bdi class="short">${name}</bdi>` : html`<bdi>${name}</bdi>`;
