import type { LesionRow, StudiedRow } from "../../study/index.ts";
import type { Language } from "../language.ts";

/** Why a figure does not show a scan, in the order in which they are looked for. */
const reasons = {
  unusable: (row) => row.problem !== null,
  noMask: (row) => row.has_tumour === null,
  noLiver: (row) => row.tumour_percent_of_liver === null,
  noTumour: (row) => row.has_tumour === false,
  noSpacing: (row) => row.spacing_x_mm === null,
  unmeasured: () => true,
} as const satisfies Readonly<Record<string, (row: StudiedRow) => boolean>>;

export type Reason = keyof typeof reasons;

/**
 * How many of the scans a figure shows, and why it does not show the others: a sentence for its text.
 *
 * @param options.shows - whether a scan is in the figure
 * @param options.needs - what a scan may lack, so that it is not; any other is told as unmeasured
 */
export function drawnScans(
  rows: readonly StudiedRow[],
  options: {
    readonly shows: (row: StudiedRow) => boolean;
    readonly needs: readonly Reason[];
    readonly language: Language;
  },
): string {
  const { shows, needs, language } = options;
  const missing = rows.filter((row) => !shows(row));
  const counts = new Map<Reason, number>();
  for (const row of missing) {
    const reason = needs.find((need) => reasons[need](row)) ?? "unmeasured";
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const { say, numbers } = language;
  const words = say.figures.drawn;
  const why = [...needs, "unmeasured" as const].flatMap((reason) => {
    const count = counts.get(reason);
    return count === undefined ? [] : words[reason](count);
  });
  const share = words.scans(rows.length - missing.length, rows.length);
  return words.shown(share) + without(why, { words, numbers });
}

/** The same of lesions: one is not shown where its scan's spacing is unknown. */
export function drawnLesions(
  lesions: readonly LesionRow[],
  { shown, language: { say, numbers } }: { readonly shown: number; readonly language: Language },
): string {
  const words = say.figures.drawn;
  const missing = lesions.length - shown;
  const why = missing === 0 ? [] : [words.lesionsWithoutSpacing(missing)];
  return words.shown(words.lesions(shown, lesions.length)) + without(why, { words, numbers });
}

const without = (
  why: readonly string[],
  {
    words,
    numbers,
  }: {
    readonly words: Language["say"]["figures"]["drawn"];
    readonly numbers: Language["numbers"];
  },
): string => (why.length === 0 ? "" : words.missing(numbers.list(why)));
