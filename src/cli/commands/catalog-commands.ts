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
      { ...source, cohort: out },
      { ...around, command: "catalog" },
    );
    const { json, lines } = await view(outcome.result);
    return resultOf(outcome, {
      json,
      lines: [...lines, `catalogue: ${out}/catalog.csv`],
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
    const { json, lines } = await view(outcome.result);
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
  return async (all: readonly StudiedRow[]) => {
    const rows = await choose(all);
    const shown = isTerminal && rows.length > mostShown ? rows.slice(0, mostShown - 10) : rows;
    const left = rows.length - shown.length;
    const totals = totalsOf(all);
    const [scans, masks, slices] = [totals.scans, totals.masks, totals.slices].map(counted);
    return {
      json: { totals, where: where ?? null, rows },
      lines: [
        ...formatCatalogTable(shown, { width, colours }).split("\n"),
        ...(left === 0 ? [] : [`… and ${counted(left)} more: the files hold all, --where chooses`]),
        "",
        ...(where === undefined ? [] : [`${counted(rows.length)} of ${scans} rows: ${where}`]),
        `${scans} scans, ${masks} masks, ${slices} slices`,
      ],
    };
  };
}

const counted = (count: number): string => count.toLocaleString("en");
