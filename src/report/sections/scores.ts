import type { CaseScoreRow, EvaluationSummary } from "../../evaluate/index.ts";
import type { ReportContent } from "../content.ts";
import {
  type Block,
  drawing,
  nameOf,
  paragraph,
  small,
  strong,
  type Text,
  table,
} from "../document/document.ts";
import type { Figures } from "../figures/figures.ts";
import type { Language } from "../language.ts";
import { publishedSection } from "./published.ts";

/** Dice per case and in all, on the cases that training never saw. */
export function scoresSection(
  { scores, summary, intervals }: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Block[] {
  const words = language.say.scores;
  if (scores === null || summary === null || scores.length === 0) {
    return [paragraph(words.none)];
  }
  return [
    paragraph(words.intro),
    ...(summary.missing > 0 ? [paragraph([strong(words.missingCount(summary.missing))])] : []),
    ...figures.scores.map(drawing),
    scoreTable(scores, { summary, language }),
    ...publishedSection({ summary, intervals: intervals ?? null }, language),
  ];
}

function scoreTable(
  scores: readonly CaseScoreRow[],
  { summary, language }: { readonly summary: EvaluationSummary; readonly language: Language },
): Block {
  const { say, numbers } = language;
  const words = say.scores;
  const dice = (score: CaseScoreRow, structure: "liver" | "tumour"): string => {
    const value = score[`${structure}_dice`];
    if (value === null) return words.undefined;
    return score.status === "missing" ? words.missing : numbers.dice(value);
  };
  return table({
    caption: words.caption(scores.length),
    rows: scores,
    columns: [
      { head: say.words.case, cell: (score) => nameOf(score.case) },
      { head: words.liverDice, number: true, cell: (score) => dice(score, "liver") },
      { head: words.tumourDice, number: true, cell: (score) => dice(score, "tumour") },
      {
        head: words.referenceVoxels,
        number: true,
        cell: (score) => numbers.whole(score.tumour_reference_voxels),
      },
      {
        head: words.predictedVoxels,
        number: true,
        cell: (score) => numbers.whole(score.tumour_predicted_voxels),
      },
    ],
    foot: summaryRows(summary, language),
  });
}

function summaryRows({ liver, tumour }: EvaluationSummary, { say, numbers }: Language): Text[][] {
  const words = say.scores;
  const dice = (value: number | null): string =>
    value === null ? words.undefined : numbers.dice(value);
  const perCase = [liver, tumour].map(
    ({ dicePerCase, definedCases }): Text => [
      `${dice(dicePerCase)} `,
      small(words.over(definedCases)),
    ],
  );
  const global = [liver, tumour].map(({ diceGlobal }) => dice(diceGlobal));
  return [
    [words.perCase, ...perCase, "", ""],
    [words.global, ...global, "", ""],
  ];
}
