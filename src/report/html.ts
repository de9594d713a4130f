/** Markup that is safe to put into a page. Only `html` and `trusted` make it. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/**
 * What may stand in a template. Numbers may not: a number is first written in the reader's language.
 * `null` gives nothing.
 */
export type Piece = Html | string | null | readonly Piece[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML or XML, in an element or a quoted attribute; control characters become U+FFFD. */
export function escapeText(text: string): string {
  return withoutControls(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Text without the characters that XML 1.0 forbids: each becomes U+FFFD. */
export function withoutControls(text: string): string {
  // XML 1.0, section 2.2: control characters except tab and line ends; lone surrogates; U+FFFE, U+FFFF.
  return text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, "\uFFFD");
}

/** Markup from our own code, as it is: never for text that came from a file. */
export const trusted = (markup: string): Html => new Html(markup);

const markupOf = (piece: Piece): string => {
  if (piece === null) return "";
  if (piece instanceof Html) return piece.markup;
  return typeof piece === "string" ? escapeText(piece) : piece.map(markupOf).join("");
};

/** A template in which every text is escaped, and only Html is not. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const markup = strings.map((text, index) => text + markupOf(pieces[index] ?? null)).join("");
  return new Html(markup);
}
