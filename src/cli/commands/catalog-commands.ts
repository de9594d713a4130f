import type { Totals } from "../../catalog/index.ts";
import { counted } from "../../core/index.ts";
import type { StudiedRow } from "../../study/index.ts";
import { command, type Surroundings } from "../command.ts";
import { flag } from "../option.ts";
import { resultOf } from "../outcome-text.ts";
import { cohort, data, dataOptions, lang, out, where } from "./choices.ts";

/** Rows that a terminal shows of a long table; a file or a pipe gets all. */
const mostShown = 60;

// Loaded when a command runs, so that help comes at once.
const cohorts = () => import("../../cohort/index.node.ts");

/** The command that finds scans and masks. */
export const catalogCommand = command({
  name: "catalog",
  summary: "scans and masks → the catalogue, one row a case",
  arguments: { data },
  options: {
    out,
    ...dataOptions,
    headersOnly: flag("reads no voxels: ten thousand files in seconds, only to look at"),
    where,
  },
  example: "hepar catalog ~/lits --out ~/lits-cohort",
  async run({ out, where, ...source }, around) {
    const { catalogueCohort } = await cohorts();
    const view = await viewer(where, around);
    const outcome = await catalogueCohort(
      { ...source, cohort: out, chosen: view.choose },
      { ...around, command: "catalog" },
    );
    const { json, lines } = await view.show(outcome.result);
    const empty = await emptyUntilStudied(where, outcome.result);
    return resultOf(outcome, {
      json: { ...json, emptyUntilStudied: empty },
      lines: [
        ...lines,
        ...(empty.length === 0
          ? []
          : [`${empty.join(", ")}: empty until the masks are studied: hepar study ${out}`]),
        `catalogue: ${out}/catalog.csv`,
      ],
    });
  },
});

/** The command that says what the masks say. */
export const studyCommand = command({
  name: "study",
  summary: "what the masks say: tumour yes or no, percentages, volumes, the lesions",
  arguments: { cohort },
  options: { where, lang },
  example: 'hepar study ~/lits-cohort --where "has_tumour and tumour_percent_of_liver > 5"',
  async run({ cohort, where, lang }, around) {
    const { studyCohort } = await cohorts();
    const view = await viewer(where, around);
    const options = { cohort, language: lang };
    const outcome = await studyCohort(options, { ...around, command: "study" });
    const { json, lines } = await view.show(outcome.result);
    return resultOf(outcome, {
      json,
      lines: [...lines, `lesions: ${cohort}/lesions.csv`, `figures: ${cohort}/report/figures`],
    });
  },
});

/**
 * The rows that were asked for, as a table for people and as they are for programs. The condition is
 * tried at once, on no rows, so that a mistake in it is told before hours of reading.
 */
async function viewer(where: string | undefined, around: Surroundings) {
  const { filterRows } = await import("../../catalog/index.node.ts");
  const { totalsOf } = await import("../../catalog/index.ts");
  const { formatCatalogTable, studiedColumns } = await import("../../study/index.ts");
  const { width, colours, isTerminal, signal } = around;
  const choose = async (rows: readonly StudiedRow[]): Promise<readonly StudiedRow[]> =>
    where === undefined ? rows : filterRows(rows, { columns: studiedColumns, where, signal });
  await choose([]);
  const show = async (all: readonly StudiedRow[]) => {
    const rows = await choose(all);
    const shown = isTerminal && rows.length > mostShown ? rows.slice(0, mostShown - 10) : rows;
    const left = rows.length - shown.length;
    const totals = totalsOf(all);
    return {
      json: { totals, where: where ?? null, rows },
      lines: [
        ...formatCatalogTable(shown, { width, colours }).split("\n"),
        ...(left === 0
          ? []
          : [`… and ${left.toLocaleString("en")} more: the files hold all, --where chooses`]),
        "",
        ...(where === undefined
          ? []
          : [`${rows.length.toLocaleString("en")} of ${counted(all.length, "row")}: ${where}`]),
        totalsLine(totals),
      ],
    };
  };
  return { choose, show };
}

/**
 * Columns in a condition that the study fills, where no study was made yet; [] where one was, and where
 * there is no condition.
 */
async function emptyUntilStudied(
  where: string | undefined,
  rows: readonly StudiedRow[],
): Promise<readonly string[]> {
  if (where === undefined) return [];
  const { unstudied } = await import("../../study/index.ts");
  const names = Object.keys(unstudied) as (keyof typeof unstudied)[];
  if (rows.some((row) => names.some((name) => row[name] !== null))) return [];
  // What stands in single quotes is text.
  const words = new Set(
    where
      .toLowerCase()
      .replace(/'[^']*'/g, " ")
      .match(/\w+/g),
  );
  return names.filter((name) => words.has(name));
}

/** `131 scans, 131 masks, 58,638 slices`, and how many cases cannot be used, if any. */
const totalsLine = ({ cases, unusable, scans, masks, slices }: Totals): string =>
  [
    `${counted(scans, "scan")}, ${counted(masks, "mask")}, ${counted(slices, "slice")}`,
    ...(unusable === 0
      ? []
      : [`${unusable.toLocaleString("en")} of ${counted(cases, "case")} cannot be used`]),
  ].join("; ");
