import type { Figure } from "../figures/drawing.ts";
import type { LanguageTag } from "../language.ts";

/** How a piece of text is set. Whatever stands in it is text, in every form of the document. */
export type TextStyle =
  | "strong"
  | "small"
  | "code"
  /** From a file: any script, any direction, set apart from the words around it. */
  | "name"
  /** A folder in front of a name. */
  | "path"
  /** Something is wrong. */
  | "problem"
  /** Said by the program, in English whatever the document's language. */
  | "verbatim";

export interface StyledText {
  readonly style: TextStyle;
  readonly text: string;
}

export type Piece = string | StyledText;
/** A line of text, in pieces. */
export type Text = Piece | readonly Piece[];

export interface TableColumn {
  readonly head: string;
  /** Right-aligned, with figures of one width. */
  readonly number: boolean;
  /** Text that may be long: it gets room, and breaks anywhere. */
  readonly long: boolean;
}

export interface TableBlock {
  readonly kind: "table";
  readonly caption: string;
  /** Where the heading above says the same: only for those who listen. */
  readonly captionHidden: boolean;
  readonly columns: readonly TableColumn[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly Text[])[];
  /** Rows of totals. */
  readonly foot: readonly (readonly Text[])[];
  /** May go beyond the column of text. */
  readonly wide: boolean;
}

/** A picture with the words that stand for it. */
export interface PictureInDocument {
  /** A data URI of an image with pixels. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  readonly label: string;
}

/** What a section is made of. */
export type Block =
  | { readonly kind: "paragraph"; readonly text: Text }
  /** Set back: where something lies, how it was counted. */
  | { readonly kind: "note"; readonly text: Text }
  | { readonly kind: "warning"; readonly title: string; readonly text: Text }
  | { readonly kind: "heading"; readonly level: 3 | 4; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Text[] }
  | { readonly kind: "keyFigures"; readonly items: readonly KeyFigure[] }
  | { readonly kind: "facts"; readonly facts: readonly FactLine[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "legend"; readonly keys: readonly LegendKey[] }
  | { readonly kind: "drawing"; readonly figure: Figure }
  | {
      readonly kind: "pictures";
      readonly caption: Text;
      readonly pictures: readonly PictureInDocument[];
      /** Places in a row: pictures of one row stand beside each other. */
      readonly across: number;
    }
  /** Blocks beside each other where there is room. */
  | { readonly kind: "columns"; readonly columns: readonly (readonly Block[])[] }
  /** Other pages of the same report. */
  | { readonly kind: "links"; readonly links: readonly Link[] }
  | TableBlock;

export interface KeyFigure {
  readonly value: string;
  readonly label: string;
}

export interface FactLine {
  readonly name: string;
  readonly value: Text;
}

export interface LegendKey {
  readonly colour: string;
  readonly text: string;
}

export interface Link {
  /** Relative to the page. */
  readonly target: string;
  readonly text: Text;
}

export interface Section {
  /** The fragment that links point to; the same in every language. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A report, in one language, before it is a page, a PDF, Markdown or JSON. */
export interface ReportDocument {
  readonly language: LanguageTag;
  readonly title: string;
  /** When it was made, of what. */
  readonly made: readonly Text[];
  readonly notice: { readonly title: string; readonly text: string };
  readonly sections: readonly Section[];
  /** Stands on every page. */
  readonly foot: string;
  readonly heparVersion: string;
  /** When it was made, ISO 8601. */
  readonly when: string;
  /** Names of parts that no reader sees but hears. */
  readonly labels: { readonly skip: string; readonly contents: string };
}

const styled =
  (style: TextStyle) =>
  (text: string): StyledText => ({ style, text });

/** A name from a file: it may be in any script and direction. */
export const nameOf = styled("name");
export const strong = styled("strong");
export const small = styled("small");
export const code = styled("code");
export const pathOf = styled("path");
export const problem = styled("problem");
export const verbatim = styled("verbatim");

export const paragraph = (text: Text): Block => ({ kind: "paragraph", text });
export const note = (text: Text): Block => ({ kind: "note", text });
export const heading = (level: 3 | 4, text: string): Block => ({ kind: "heading", level, text });
export const drawing = (figure: Figure): Block => ({ kind: "drawing", figure });

/** The pieces of a text. */
export const piecesOf = (text: Text): readonly Piece[] =>
  typeof text === "string" || "style" in text ? [text] : text;

/** The words of a text, without how they are set. */
export const plainText = (text: Text): string =>
  piecesOf(text)
    .map((piece) => (typeof piece === "string" ? piece : piece.text))
    .join("");

/** Names with commas between them. */
export const namesOf = (names: readonly string[]): Text =>
  names.flatMap((name, index): Piece[] => [...(index > 0 ? [", "] : []), nameOf(name)]);

/** What makes a table of rows: how each column is titled and written. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Text;
  readonly number?: boolean;
  readonly long?: boolean;
}

/** A table of rows; the first column names the row. */
export const table = <Row>({
  caption,
  captionHidden = false,
  columns,
  rows,
  foot = [],
  wide = false,
}: {
  readonly caption: string;
  readonly captionHidden?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly foot?: readonly (readonly Text[])[];
  readonly wide?: boolean;
}): TableBlock => ({
  kind: "table",
  caption,
  captionHidden,
  columns: columns.map(({ head, number = false, long = false }) => ({ head, number, long })),
  rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  foot,
  wide,
});
