import { join } from "node:path";
import { writeAtomically, writeJson } from "../files/index.node.ts";
import type { ReportDocument } from "./document/document.ts";
import { jsonOf } from "./document/json.ts";
import { markdownOf } from "./document/markdown.ts";
import { pageOf } from "./document/page.ts";
import { type PdfOptions, pdfOf } from "./document/pdf.node.ts";

/**
 * A document as a page, a PDF, Markdown and JSON, side by side in a folder.
 *
 * @param options.data - the numbers that the words were written from
 * @param options.name - of the PDF, Markdown and JSON, without ending
 * @param options.page - the page's name, such as index.html
 * @returns the names of the files, the page first
 * @throws `runtime.missing` without typst; `output.full`, `output.unwritable`
 */
export async function writeDocument(
  document: ReportDocument,
  options: {
    readonly folder: string;
    readonly name: string;
    readonly page: string;
    readonly data: object;
    readonly pdf: PdfOptions;
  },
): Promise<readonly string[]> {
  const { folder, name, page, data, pdf } = options;
  const names = [page, `${name}.pdf`, `${name}.md`, `${name}.json`] as const;
  const [pageFile, pdfFile, markdownFile, jsonFile] = names.map((file) => join(folder, file)) as [
    string,
    string,
    string,
    string,
  ];
  const pdfBytes = await pdfOf(document, pdf);
  await writeAtomically(pdfFile, pdfBytes);
  await writeAtomically(markdownFile, markdownOf(document));
  await writeJson(jsonFile, jsonOf(document, data));
  await writeAtomically(pageFile, pageOf(document));
  return names;
}
