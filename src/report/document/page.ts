import { type Html, html, trusted } from "../html.ts";
import { style } from "../style.ts";
import {
  type Block,
  type PictureInDocument,
  type Piece,
  piecesOf,
  plainText,
  type ReportDocument,
  type Section,
  type StyledText,
  type TableBlock,
  type Text,
} from "./document.ts";

/** What the page may load: nothing but its own style and pictures. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A document as one HTML page that needs no network, no script and no other file; every text is escaped. */
export function pageOf(document: ReportDocument): string {
  const { language, title, sections, foot, heparVersion, labels } = document;
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="hepar ${heparVersion}">
<title>${title}</title>
<style>${trusted(style + onPaper(foot))}</style>
</head>
<body>
<a class="skip" href="#${sections[0]?.id ?? "top"}">${labels.skip}</a>
${headerOf(document)}
<main>
${sections.map(sectionOf)}</main>
<footer>${foot}</footer>
</body>
</html>
`.markup;
}

/**
 * The foot of every printed page. Its text is hepar's own, from the messages: none comes from a file.
 *
 * @see CSS Paged Media Module Level 3, page-margin boxes
 */
const onPaper = (foot: string): string =>
  `@page { @bottom-left { content: ${JSON.stringify(foot)}; font: 7pt sans-serif; color: #444b55; } }\n`;

function headerOf({ title, made, notice, sections, labels }: ReportDocument): Html {
  return html`<header>
<h1>${title}</h1>
<div class="meta">${made.map((line) => html`<p>${textOf(line)}</p>\n`)}</div>
<aside class="notice" aria-label="${notice.title}"><p><strong>${notice.title}</strong> ${notice.text}</p></aside>
<nav aria-label="${labels.contents}"><ol>${sections.map(
    ({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ol></nav>
</header>`;
}

const sectionOf = ({ id, title, blocks }: Section): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${blocks.map(blockOf)}</section>
`;

/** A name longer than this may be broken. */
const shortName = 28;

const styles: Readonly<Record<StyledText["style"], (text: string) => Html>> = {
  strong: (text) => html`<strong>${text}</strong>`,
  small: (text) => html`<small>${text}</small>`,
  code: (text) => html`<code>${text}</code>`,
  name: (text) =>
    text.length <= shortName ? html`<bdi class="short">${text}</bdi>` : html`<bdi>${text}</bdi>`,
  path: (text) => html`<span class="path"><bdi>${text}</bdi></span><wbr>`,
  problem: (text) => html`<span class="problem">${text}</span>`,
  verbatim: (text) => html`<span class="verbatim" lang="en"><bdi>${text}</bdi></span>`,
};

const pieceOf = (piece: Piece): Html | string =>
  typeof piece === "string" ? piece : styles[piece.style](piece.text);

const textOf = (text: Text): readonly (Html | string)[] => piecesOf(text).map(pieceOf);

function blockOf(block: Block): Html {
  switch (block.kind) {
    case "paragraph":
      return html`<p>${textOf(block.text)}</p>\n`;
    case "note":
      return html`<p class="note">${textOf(block.text)}</p>\n`;
    case "warning":
      return html`<aside class="notice" aria-label="${block.title}"><p><strong>${block.title}</strong> ${textOf(block.text)}</p></aside>\n`;
    case "heading":
      return block.level === 3 ? html`<h3>${block.text}</h3>\n` : html`<h4>${block.text}</h4>\n`;
    case "list":
      return html`<ul>${block.items.map((item) => html`<li>${textOf(item)}</li>\n`)}</ul>\n`;
    case "keyFigures":
      return html`<dl class="tiles">${block.items.map(
        ({ value, label }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
      )}</dl>\n`;
    case "facts":
      return html`<dl class="facts">${block.facts.map(
        ({ name, value }) => html`<dt>${name}</dt><dd>${textOf(value)}</dd>\n`,
      )}</dl>\n`;
    case "code":
      return html`<pre tabindex="0"><code>${block.text}</code></pre>\n`;
    case "legend":
      return html`<ul class="legend">${block.keys.map(
        ({ colour, text }) => html`<li><i style="background:${colour}"></i>${text}</li>`,
      )}</ul>\n`;
    case "drawing":
      return drawingOf(block);
    case "pictures":
      return picturesOf(block);
    case "columns":
      return html`<div class="${columnsClass(block.columns)}">${block.columns.map((blocks) => html`<div>${blocks.map(blockOf)}</div>`)}</div>\n`;
    case "links":
      return html`<ul class="links">${block.links.map(
        ({ target, text }) => html`<li><a href="${target}">${textOf(text)}</a></li>`,
      )}</ul>\n`;
    case "table":
      return block.wide ? html`<div class="wide">${tableOf(block)}</div>\n` : tableOf(block);
  }
}

const columnsClass = (columns: readonly (readonly Block[])[]): string =>
  columns.every((blocks) => blocks.every(({ kind }) => kind === "drawing"))
    ? "wide panels"
    : "columns";

/** Wider drawings than this go beyond the column of text. */
const columnWidth = 800;

/** A drawing with its title and its words; it scrolls by itself where the screen is narrow. */
const drawingOf = ({ figure }: Extract<Block, { kind: "drawing" }>): Html =>
  html`<figure class="drawing${figure.width > columnWidth ? " wide" : null}" id="figure-${figure.id}">
<figcaption><strong>${figure.title}.</strong> ${figure.text}</figcaption>
<div class="scroll plain" role="region" aria-label="${figure.title}" tabindex="0">${trusted(withoutPartNames(figure.svg))}</div>
</figure>
`;

/**
 * Plot names the parts of a drawing for those who program it, which a reader would have read out. The
 * drawing has a title and a description of its own.
 */
const withoutPartNames = (svg: string): string =>
  svg.replace(/<[a-z][^<>]*>/g, (element) => element.replace(/ aria-label="[^"]*"/, ""));

const picturesOf = ({ caption, pictures, across }: Extract<Block, { kind: "pictures" }>): Html =>
  html`<figure class="pictures${across > 3 ? " wide" : null}">
<figcaption>${textOf(caption)}</figcaption>
<div class="strip across${String(across)}">${pictures.map(pictureOf)}</div>
</figure>
`;

const pictureOf = ({ source, width, height, alt, label }: PictureInDocument): Html =>
  html`<div><img src="${source}" width="${String(width)}" height="${String(height)}" alt="${alt}"><span>${label}</span></div>`;

function tableOf({ caption, captionHidden, columns, rows, foot }: TableBlock): Html {
  const kind = (index: number): Html | null =>
    columns[index]?.number
      ? html` class="number"`
      : columns[index]?.long
        ? html` class="long"`
        : null;
  const rowOf = (cells: readonly Text[]): Html =>
    html`<tr>${cells.map((cell, index) =>
      index === 0
        ? html`<th scope="row">${textOf(cell)}</th>`
        : html`<td${kind(index)}>${textOf(cell)}</td>`,
    )}</tr>
`;
  // A box that scrolls when the table is too wide.
  return html`<div class="scroll" role="region" aria-label="${plainText(caption)}" tabindex="0"><table>
<caption${captionHidden ? html` class="hidden"` : null}>${caption}</caption>
<thead><tr>${columns.map((column, index) => html`<th scope="col"${kind(index)}>${column.head}</th>`)}</tr></thead>
<tbody>
${rows.map(rowOf)}</tbody>
${foot.length > 0 ? html`<tfoot>${foot.map(rowOf)}</tfoot>` : null}</table></div>
`;
}
