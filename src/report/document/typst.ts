import { withoutVariables } from "../figures/palette.ts";
import { withoutControls } from "../html.ts";
import {
  type Block,
  type Piece,
  piecesOf,
  plainText,
  type ReportDocument,
  type Text,
} from "./document.ts";

/** A document for the typst template: plain data, and the pictures as files that it names. */
export interface TypstInput {
  readonly data: object;
  /** Path → bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * A document as data for the template. No text of it is ever typst's markup: the template reads it
 * from JSON, and typst does not look into strings.
 *
 * @param drawable - makes a text one whose every character has a glyph
 */
export function typstInputOf(
  document: ReportDocument,
  {
    paper,
    drawable,
  }: { readonly paper: "a4" | "us-letter"; readonly drawable: (text: string) => string },
): TypstInput {
  const files = new Map<string, Uint8Array>();
  const file = (bytes: Uint8Array, ending: string): string => {
    const path = `pictures/${files.size}.${ending}`;
    files.set(path, bytes);
    return path;
  };
  const words = (text: string): string => drawable(withoutControls(text));
  const pieces = (text: Text): object[] =>
    piecesOf(text).map((piece: Piece) =>
      typeof piece === "string"
        ? { style: "plain", text: words(piece) }
        : { style: piece.style, text: words(breakable(piece.text)) },
    );
  const blockOf = (block: Block): object => {
    switch (block.kind) {
      case "paragraph":
      case "note":
        return { kind: block.kind, text: pieces(block.text) };
      case "warning":
        return { kind: block.kind, title: words(block.title), text: pieces(block.text) };
      case "heading":
      case "code":
        return { ...block, text: words(block.text) };
      case "list":
        return { kind: block.kind, items: block.items.map(pieces) };
      case "keyFigures":
        return {
          kind: block.kind,
          items: block.items.map(({ value, label }) => ({
            value: words(value),
            label: words(label),
          })),
        };
      case "facts":
        return {
          kind: block.kind,
          facts: block.facts.map(({ name, value }) => ({
            name: words(name),
            value: pieces(value),
          })),
        };
      case "legend":
        return {
          kind: block.kind,
          keys: block.keys.map(({ colour, text }) => ({ colour, text: words(text) })),
        };
      case "drawing": {
        const { title, text, svg, width } = block.figure;
        const drawn = withoutVariables(svg);
        return {
          kind: block.kind,
          title: words(title),
          text: words(text),
          width,
          source: file(new TextEncoder().encode(drawable(drawn)), "svg"),
        };
      }
      case "pictures":
        return {
          kind: block.kind,
          caption: pieces(block.caption),
          across: block.across,
          pictures: block.pictures.map(({ source, alt, label }) => ({
            source: file(bytesOf(source), "webp"),
            alt: words(alt),
            label: words(label),
          })),
        };
      case "columns":
        return { kind: block.kind, columns: block.columns.map((blocks) => blocks.map(blockOf)) };
      case "links":
        // The other pages are no part of a PDF: their names alone.
        return {
          kind: "note",
          text: block.links.flatMap(({ text }, index) => [
            ...(index > 0 ? pieces(", ") : []),
            ...pieces(text),
          ]),
        };
      case "table": {
        const { columns, rows, foot, wide } = block;
        return {
          kind: block.kind,
          caption: block.captionHidden ? null : words(block.caption),
          name: words(plainText(block.caption)),
          columns: columns.map((column) => ({ ...column, head: words(column.head) })),
          rows: rows.map((row) => row.map(pieces)),
          foot: foot.map((row) => row.map(pieces)),
          wide,
        };
      }
    }
  };
  const { language, title, made, notice, sections, foot } = document;
  return {
    data: {
      language,
      paper,
      title: words(title),
      made: made.map(pieces),
      notice: { title: words(notice.title), text: words(notice.text) },
      foot: words(foot),
      sections: sections.map((section) => ({
        title: words(section.title),
        blocks: section.blocks.map(blockOf),
      })),
    },
    files,
  };
}

/** A long run without a place to break gets some, zero wide; on paper nothing scrolls. */
const breakable = (text: string): string => text.replace(/[^\s/\-\u200B]{20}/gu, "$&\u200B");

/** Bytes of a data URI. */
const bytesOf = (source: string): Uint8Array =>
  Uint8Array.from(atob(source.slice(source.indexOf(",") + 1)), (byte) => byte.charCodeAt(0));

/** The typst program that sets a document. It is fixed: what differs is read from data.json. */
export const template = `
#let data = json("data.json")
#let muted = rgb("#4a525d")
#let rule = rgb("#c4cad2")
#let panel = rgb("#f4f6f8")
#set document(title: data.title)
#set text(font: "DejaVu Sans", fallback: false, size: 8.5pt, lang: data.language, hyphenate: true)
#set page(
  paper: data.paper,
  margin: (x: 16mm, top: 15mm, bottom: 17mm),
  footer: context [
    #set text(size: 7pt, fill: muted)
    #grid(columns: (1fr, auto), data.foot, [#counter(page).display("1 / 1", both: true)])
  ],
)
#set par(leading: 0.62em, spacing: 0.95em)
#show heading: set text(hyphenate: false)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): it => block(above: 1.7em, below: 0.8em, sticky: true)[#text(size: 12.5pt, it.body)]
#show heading.where(level: 3): it => block(above: 1.3em, below: 0.7em, sticky: true)[#text(size: 10pt, it.body)]
#show heading.where(level: 4): it => block(above: 1.1em, below: 0.6em, sticky: true)[#text(size: 8.5pt, fill: muted, it.body)]

#let piece(p) = {
  set text(hyphenate: false) if p.style in ("code", "path", "verbatim")
  if p.style == "strong" { strong(p.text) }
  else if p.style == "small" { text(size: 0.88em, fill: muted, p.text) }
  else if p.style == "code" { text(size: 0.9em, fill: muted, p.text) }
  else if p.style == "path" { text(fill: muted, p.text) }
  else if p.style == "problem" { text(fill: rgb("#b34700"), weight: "bold", p.text) }
  else if p.style == "verbatim" { text(lang: "en", fill: muted, p.text) }
  else if p.style == "name" { text(hyphenate: false, p.text) }
  else { p.text }
}
#let pieces(list) = list.map(piece).join()
#let boxed(title, body) = block(
  width: 100%, inset: (x: 9pt, y: 7pt), fill: rgb("#fff4e0"), stroke: (left: 3pt + rgb("#d55e00")), breakable: false,
)[#strong(title) \\ #body]

#let block-of(b) = {
  if b.kind == "paragraph" { par(pieces(b.text)) }
  else if b.kind == "note" { par(text(size: 7.5pt, fill: muted, pieces(b.text))) }
  else if b.kind == "warning" { boxed(b.title, pieces(b.text)) }
  else if b.kind == "heading" { heading(level: b.level, b.text) }
  else if b.kind == "code" { block(width: 100%, inset: 6pt, fill: panel, text(size: 7.5pt, b.text)) }
  else if b.kind == "list" { list(..b.items.map(pieces)) }
  else if b.kind == "keyFigures" {
    grid(
      columns: (1fr,) * calc.max(1, calc.min(6, b.items.len())), column-gutter: 5pt, row-gutter: 5pt,
      ..b.items.map(i => block(width: 100%, inset: 7pt, fill: panel, radius: 3pt)[
        #text(size: 13pt, weight: "bold", hyphenate: false, i.value) \\ #text(size: 7.5pt, fill: muted, i.label)
      ]),
    )
  }
  else if b.kind == "facts" {
    grid(
      columns: (auto, 1fr), column-gutter: 10pt, row-gutter: 5pt,
      ..b.facts.map(f => (text(size: 7.8pt, fill: muted, f.name), text(size: 7.8pt, pieces(f.value)))).flatten(),
    )
  }
  else if b.kind == "legend" {
    par(b.keys.map(k => [#box(rect(width: 7pt, height: 7pt, fill: rgb(k.colour), stroke: 0.4pt + rule)) #text(size: 7.8pt, k.text)]).join([#h(10pt)]))
  }
  else if b.kind == "drawing" {
    figure(
      kind: "drawing", supplement: none, numbering: none, gap: 5pt,
      image(b.source, width: calc.min(100%, b.width / 640 * 100%), alt: b.title + ". " + b.text),
      caption: align(left, text(size: 7.5pt)[#strong(b.title + ".") #b.text]),
    )
  }
  else if b.kind == "pictures" {
    block(breakable: false, width: 100%)[
      #text(size: 8pt, pieces(b.caption))
      #v(3pt, weak: true)
      #grid(
        columns: (1fr,) * b.across, column-gutter: 4pt,
        ..b.pictures.map(p => [#image(p.source, width: 100%, alt: p.alt) #v(2pt, weak: true) #text(size: 6.8pt, fill: muted, p.label)]),
      )
    ]
  }
  else if b.kind == "columns" {
    let all-of(kind) = b.columns.all(c => c.all(x => x.kind == kind))
    let most = if all-of("drawing") { 2 } else if all-of("pictures") { 3 } else { 4 }
    grid(
      columns: (1fr,) * calc.max(1, calc.min(most, b.columns.len())),
      column-gutter: 12pt, row-gutter: 10pt,
      ..b.columns.map(c => c.map(block-of).join()),
    )
  }
  else if b.kind == "table" {
    set text(size: if b.wide { 5.8pt } else { 7.3pt }, hyphenate: true)
    set par(leading: 0.5em, justify: false)
    if b.caption != none { block(below: 4pt, sticky: true, text(size: 7.5pt, fill: muted, b.caption)) }
    table(
      columns: b.columns.enumerate().map(((i, c)) => if c.long { 2fr } else if i == 0 and b.wide { 1fr } else { auto }),
      align: b.columns.map(c => if c.number { right } else { left }),
      inset: (x: if b.wide { 2.5pt } else { 4pt }, y: 3.2pt),
      stroke: (x: none, y: 0.4pt + rule),
      table.header(..b.columns.map(c => table.cell(fill: panel, strong(c.head)))),
      ..b.rows.map(r => r.enumerate().map(((i, c)) => if i == 0 { strong(pieces(c)) } else { pieces(c) })).flatten(),
      ..if b.foot.len() > 0 { (table.footer(repeat: false, ..b.foot.map(r => r.map(c => table.cell(fill: panel, strong(pieces(c))))).flatten()),) } else { () },
    )
  }
}

#heading(level: 1, outlined: true, data.title)
#text(size: 7.5pt, fill: muted, data.made.map(pieces).join(linebreak()))
#boxed(data.notice.title, data.notice.text)
#for s in data.sections {
  let wide = s.blocks.any(b => b.kind == "table" and b.wide)
  let body = [
    #heading(level: 2, s.title)
    #for b in s.blocks { block-of(b) }
  ]
  if wide { page(flipped: true, body) } else { body }
}
`;
