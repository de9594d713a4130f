import type { CaseScoreRow, EvaluationSummary } from "../../evaluate/index.ts";
import type { ReportContent } from "../content.ts";
import type { Figures } from "../figures/figures.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { figure } from "./figure.ts";
import { nameOf, table } from "./table.ts";

/** Dice per case and in all, on the cases that training never saw. */
export function scoresSection(
  { scores, summary }: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Html {
  const words = language.say.scores;
  if (scores === null || summary === null || scores.length === 0) {
    return html`<p>${words.none}</p>`;
  }
  return html`<p>${words.intro}</p>
${summary.missing > 0 ? html`<p><strong>${words.missingCount(summary.missing)}</strong></p>` : null}
${figures.scores.map(figure)}
${scoreTable(scores, { summary, language })}`;
}

function scoreTable(
  scores: readonly CaseScoreRow[],
  { summary, language }: { readonly summary: EvaluationSummary; readonly language: Language },
): Html {
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

function summaryRows({ liver, tumour }: EvaluationSummary, { say, numbers }: Language): Html[] {
  const words = say.scores;
  const dice = (value: number | null): string =>
    value === null ? words.undefined : numbers.dice(value);
  const perCase = [liver, tumour].map(
    ({ dicePerCase, definedCases }) =>
      html`<td class="number">${dice(dicePerCase)} <small>${words.over(definedCases)}</small></td>`,
  );
  const global = [liver, tumour].map(
    ({ diceGlobal }) => html`<td class="number">${dice(diceGlobal)}</td>`,
  );
  const rest = html`<td></td><td></td>`;
  return [
    html`<tr><th scope="row">${words.perCase}</th>${perCase}${rest}</tr>`,
    html`<tr><th scope="row">${words.global}</th>${global}${rest}</tr>`,
  ];
}
