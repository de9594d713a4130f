import type { Block, ReportDocument } from "./document.ts";

/**
 * A document as JSON: its words as the other forms have them, and beside them the numbers that they
 * were written from. Pictures and drawings are left to the page; their words stay.
 *
 * @param data - the numbers, with their units in their names
 */
export function jsonOf(document: ReportDocument, data: object): object {
  const { language, title, made, notice, sections, foot, heparVersion, when } = document;
  return {
    format: "hepar-report/1",
    hepar: heparVersion,
    when,
    language,
    title,
    made,
    notice,
    sections: sections.map((section) => ({ ...section, blocks: section.blocks.map(blockOf) })),
    foot,
    data,
  };
}

function blockOf(block: Block): object {
  switch (block.kind) {
    case "drawing": {
      const { id, title, text } = block.figure;
      return { kind: block.kind, id, title, text };
    }
    case "pictures":
      return {
        ...block,
        pictures: block.pictures.map(({ source: _bytes, ...words }) => words),
      };
    case "columns":
      return { ...block, columns: block.columns.map((blocks) => blocks.map(blockOf)) };
    default:
      return block;
  }
}
