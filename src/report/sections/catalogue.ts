import { parseWarnings } from "../../catalog/index.ts";
import type { StudiedRow } from "../../study/index.ts";
import type { ReportContent } from "../content.ts";
import {
  type Block,
  type Column,
  nameOf,
  note,
  type Piece,
  paragraph,
  pathOf,
  problem,
  type Text,
  table,
} from "../document/document.ts";
import type { Language } from "../language.ts";
import { shortWarning } from "./failures.ts";

/** The dataframe, as a table to read. */
export function catalogueSection(content: ReportContent, language: Language): Block[] {
  const words = language.say.catalogue;
  if (content.cases.length === 0) return [paragraph(words.empty)];
  return [
    paragraph(words.intro),
    table({
      caption: words.caption(content.cases.length),
      columns: columnsFor(content, language),
      rows: content.cases,
      wide: true,
    }),
    note(words.files),
  ];
}

function columnsFor(content: ReportContent, language: Language): Column<StudiedRow>[] {
  const { say, numbers } = language;
  const words = say.catalogue;
  const measured = (
    head: string,
    {
      value,
      write,
    }: {
      readonly value: (row: StudiedRow) => number | null;
      readonly write: (value: number) => string;
    },
  ): Column<StudiedRow> => ({
    head,
    number: true,
    cell: (row) => {
      const found = value(row);
      if (found !== null) return write(found);
      return row.has_tumour === null ? "–" : say.words.unknown;
    },
  });
  const { amount, whole } = numbers;
  return [
    { head: say.words.case, cell: (row) => nameOf(row.case) },
    {
      head: words.scan,
      long: true,
      cell: (row) => fileCell(row.scan_name, { path: row.scan_source, from: content }),
    },
    {
      head: words.mask,
      long: true,
      cell: (row) =>
        row.mask_source === null
          ? say.words.noMask
          : fileCell(row.mask_name ?? row.mask_source, { path: row.mask_source, from: content }),
    },
    { head: words.size, number: true, cell: (row) => sizeOf(row, language) },
    { head: words.spacing, number: true, cell: (row) => spacingOf(row, language) },
    { head: words.hasTumour, cell: (row) => yesOrNo(row.has_tumour, language) },
    measured(words.tumourPercent, { value: (row) => row.tumour_percent, write: amount }),
    measured(words.tumourPercentOfLiver, {
      value: (row) => row.tumour_percent_of_liver,
      write: amount,
    }),
    measured(words.liverMl, { value: (row) => row.liver_ml, write: amount }),
    measured(words.tumourMl, { value: (row) => row.tumour_ml, write: amount }),
    measured(words.lesions, { value: (row) => row.lesion_count, write: whole }),
    { head: words.remarks, long: true, cell: (row) => remarksOf(row, language) },
  ];
}

/** A file by its path in the data folder, its folder set back; the whole path when it lies elsewhere. */
function fileCell(
  name: string,
  { path, from }: { readonly path: string; readonly from: ReportContent },
): Text {
  const root = `${from.run.dataFolder.replace(/[\\/]+$/, "")}/`;
  const shown = path.startsWith(root) ? path.slice(root.length) : path;
  const folder = shown.slice(0, shown.lastIndexOf("/") + 1);
  const file = shown.slice(folder.length);
  return [
    ...(file.startsWith(name) ? [] : [nameOf(name), " "]),
    ...(folder === "" ? [] : [pathOf(folder)]),
    nameOf(file),
  ];
}

function sizeOf({ width, height, depth }: StudiedRow, { say, numbers }: Language): string {
  if (width === null || height === null || depth === null) return say.words.unknown;
  return [width, height, depth].map(numbers.whole).join("\u00A0×\u00A0");
}

function spacingOf(row: StudiedRow, { say, numbers }: Language): string {
  const { spacing_x_mm: x, spacing_y_mm: y, spacing_z_mm: z } = row;
  if (x === null || y === null || z === null) return say.words.unknown;
  return [x, y, z].map((spacing) => numbers.significant(spacing, 3)).join("\u00A0×\u00A0");
}

function yesOrNo(value: boolean | null, { say }: Language): string {
  if (value === null) return "–";
  return value ? say.words.yes : say.words.no;
}

function remarksOf(row: StudiedRow, language: Language): Piece[] {
  const { say } = language;
  const remarks = parseWarnings(row.warnings).map(({ code }) => shortWarning(code, language));
  return [
    ...(row.problem === null ? [] : [problem(say.words.unreadable), " "]),
    remarks.join(", "),
  ];
}
