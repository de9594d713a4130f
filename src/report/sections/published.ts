import type { EvaluationSummary } from "../../evaluate/index.ts";
import type { DiceIntervals } from "../content.ts";
import {
  type Block,
  type Column,
  heading,
  note,
  paragraph,
  strong,
  table,
} from "../document/document.ts";
import type { Language } from "../language.ts";

/** A result of somebody: Dice per case, one number or a range; null where none is told. */
interface Published {
  readonly name: "isbi2017" | "miccai2017" | "miccai2018" | "bestLiver" | "honest2d";
  readonly liver: number | null;
  readonly tumour: readonly [number, number] | null;
}

/**
 * Dice per case on the test scans of the LiTS challenge.
 *
 * @see Bilic et al. 2023, doi:10.1016/j.media.2022.102680: best liver 0.963; best tumour 0.674 (ISBI
 *   2017), 0.702 (MICCAI 2017), 0.739 (MICCAI 2018)
 */
const results: readonly Published[] = [
  { name: "bestLiver", liver: 0.963, tumour: null },
  { name: "isbi2017", liver: null, tumour: [0.674, 0.674] },
  { name: "miccai2017", liver: null, tumour: [0.702, 0.702] },
  { name: "miccai2018", liver: null, tumour: [0.739, 0.739] },
  { name: "honest2d", liver: null, tumour: [0.6, 0.67] },
];

/** This report's Dice per case beside what the challenge's best have published. */
export function publishedSection(
  {
    summary,
    intervals,
  }: { readonly summary: EvaluationSummary; readonly intervals: DiceIntervals | null },
  { say, numbers }: Language,
): Block[] {
  const words = say.published;
  const absent = "–";
  const dice = (value: number | null): string => (value === null ? absent : numbers.dice(value));
  const own = (structure: "liver" | "tumour"): string => {
    const value = dice(summary[structure].dicePerCase);
    const interval = intervals?.[structure] ?? null;
    return interval === null ? value : `${value} (${dice(interval.low)}–${dice(interval.high)})`;
  };
  const columns: readonly Column<Published | null>[] = [
    {
      head: words.what,
      cell: (result) => (result === null ? strong(words.here) : words[result.name]),
    },
    {
      head: say.scores.liverDice,
      number: true,
      cell: (result) => (result === null ? own("liver") : dice(result.liver)),
    },
    {
      head: say.scores.tumourDice,
      number: true,
      cell(result) {
        if (result === null) return own("tumour");
        if (result.tumour === null) return absent;
        const [low, high] = result.tumour;
        return low === high ? dice(low) : `${dice(low)}–${dice(high)}`;
      },
    },
  ];
  return [
    heading(3, words.title),
    paragraph(words.intro),
    table({ caption: words.caption, columns, rows: [null, ...results] }),
    ...(intervals === null ? [] : [note(words.intervalNote(numbers.percent(95)))]),
  ];
}
