import { withoutControls } from "../html.ts";
import {
  type Block,
  type Piece,
  piecesOf,
  type ReportDocument,
  type Section,
  type TableBlock,
  type Text,
} from "./document.ts";

/**
 * A document as Markdown (GitHub's, for the tables), without its pictures: their words stand for them.
 * Every character that Markdown or HTML could take for its own is written as a reference, so that a
 * name is never a link, a heading or an element.
 */
export function markdownOf({ title, made, notice, sections, foot }: ReportDocument): string {
  return `${[
    `# ${escapeMarkdown(title)}`,
    ...made.map(lineOf),
    `> **${escapeMarkdown(notice.title)}** ${escapeMarkdown(notice.text)}`,
    ...sections.flatMap(sectionOf),
    "---",
    escapeMarkdown(foot),
  ].join("\n\n")}\n`;
}

/**
 * Text that Markdown shows as it is. Line ends become spaces: a text is one line.
 * @see CommonMark 0.31, 2.4 backslash escapes and 2.5 character references
 */
function escapeMarkdown(text: string): string {
  return (
    withoutControls(text)
      .replace(/[\t\r\n]+/g, " ")
      .replace(/[&<>]/g, (character) => references[character] ?? "")
      .replace(/[\\`*_[\]|~#!$]/g, (character) => `\\${character}`)
      .replace(/^( *)([-+=])/, "$1\\$2")
      .replace(/^( *\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
      // GitHub makes links of what looks like an address.
      .replace(/(https?|ftp|mailto|xmpp):/gi, "$1&#58;")
      .replace(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`)
      .replace(/@/g, "&#64;")
  );
}

const references: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const pieceOf = (piece: Piece): string => {
  if (typeof piece === "string") return escapeMarkdown(piece);
  const text = isolated(escapeMarkdown(piece.text).trim());
  return piece.style === "strong" && text !== "" ? `**${text}**` : text;
};

const otherDirection = /[\u0590-\u08FF\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFF]/;

/** Text of another direction between marks that end what it begins: U+2068 and U+2069. */
const isolated = (text: string): string =>
  otherDirection.test(text) ? `\u2068${text}\u2069` : text;

const lineOf = (text: Text): string => piecesOf(text).map(pieceOf).join("");

const sectionOf = ({ title, blocks }: Section): string[] => [
  `## ${escapeMarkdown(title)}`,
  ...blocks.flatMap(blockOf),
];

function blockOf(block: Block): string[] {
  switch (block.kind) {
    case "paragraph":
    case "note":
      return [lineOf(block.text)];
    case "warning":
      return [`> **${escapeMarkdown(block.title)}** ${lineOf(block.text)}`];
    case "heading":
      return [`${"#".repeat(block.level)} ${escapeMarkdown(block.text)}`];
    case "list":
      return [block.items.map((item) => `- ${lineOf(item)}`).join("\n")];
    case "keyFigures":
      return [
        block.items
          .map(({ value, label }) => `- **${escapeMarkdown(value)}** ${escapeMarkdown(label)}`)
          .join("\n"),
      ];
    case "facts":
      return [
        block.facts
          .map(({ name, value }) => `- **${escapeMarkdown(name)}** ${lineOf(value)}`)
          .join("\n"),
      ];
    case "code":
      return [
        withoutControls(block.text)
          .split(/\r?\n/)
          .map((line) => `    ${line}`)
          .join("\n"),
      ];
    case "legend":
      return [];
    case "drawing":
      return [`**${escapeMarkdown(block.figure.title)}.** ${escapeMarkdown(block.figure.text)}`];
    case "pictures":
      return [
        [
          lineOf(block.caption),
          ...block.pictures.map(({ alt }) => `- ${escapeMarkdown(alt)}`),
        ].join("\n"),
      ];
    case "columns":
      return block.columns.flat().flatMap(blockOf);
    case "links":
      return [
        block.links
          .map(({ target, text }) => `- [${lineOf(text)}](<${encodeURI(decodeURI(target))}>)`)
          .join("\n"),
      ];
    case "table":
      return tableOf(block);
  }
}

function tableOf({ caption, captionHidden, columns, rows, foot }: TableBlock): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [
    row(columns.map(({ head }) => escapeMarkdown(head))),
    row(columns.map(({ number }) => (number ? "--:" : "---"))),
    ...[...rows, ...foot].map((cells) => row(cells.map(lineOf))),
  ];
  return [...(captionHidden ? [] : [escapeMarkdown(caption)]), lines.join("\n")];
}
