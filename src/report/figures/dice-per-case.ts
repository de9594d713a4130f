import {
  axisX,
  axisY,
  dot,
  gridX,
  gridY,
  type Markish,
  ruleX,
  ruleY,
  text,
} from "@observablehq/plot";
import type { CaseScoreRow, EvaluationSummary } from "../../evaluate/index.ts";
import type { Language } from "../language.ts";
import { caseAxis } from "./case-axis.ts";
import { draw, type Figure, type Key, keyHeight, labelHeight } from "./drawing.ts";
import { palette } from "./palette.ts";

/** The structures' marks: they differ in shape as well as in colour. */
const structures = [
  { name: "liver", symbol: "circle", colour: palette.liver },
  { name: "tumour", symbol: "diamond", colour: palette.tumour },
] as const;

/** What of a summary is drawn. */
type Means = Pick<EvaluationSummary, "unseen"> & {
  readonly [Name in "liver" | "tumour"]: Pick<EvaluationSummary[Name], "dicePerCase">;
};

/**
 * Dice of liver and tumour of each held-out case, with the means as dashed lines. An undefined Dice
 * has no mark and says so; a missing prediction stands at 0 and says so. null without cases.
 */
export function dicePerCase(
  scores: readonly CaseScoreRow[],
  { summary, language }: { readonly summary: Means; readonly language: Language },
): Figure | null {
  if (scores.length === 0) return null;
  const { say, numbers } = language;
  const words = say.figures.cases;
  const axis = caseAxis(
    scores.map((score) => score.case),
    keyHeight,
  );
  const rows = axis.direction === "rows";
  const marks = structures.flatMap(({ name, symbol, colour }): Markish[] => {
    const points = scores.flatMap((score, position) => {
      const dice = score[`${name}_dice`];
      return dice === null ? [] : [{ position, dice }];
    });
    const mean = summary[name].dicePerCase;
    const means = mean === null ? [] : [mean];
    const dashes = { stroke: colour, strokeDasharray: "4 3", strokeOpacity: 0.8 };
    const marked = { fill: colour, symbol, r: rows ? 5 : 3.5 } as const;
    return rows
      ? [ruleX(means, dashes), dot(points, { y: "position", x: "dice", ...marked })]
      : [ruleY(means, dashes), dot(points, { x: "position", y: "dice", ...marked })];
  });
  const names = { ticks: [...axis.ticks], tickFormat: axis.name, tickSize: 0, label: null };
  const dice = {
    label: words.axis,
    labelArrow: "none",
    tickFormat: (value: number) => numbers.fixed(value, 1),
  } as const;
  const common = {
    id: "dice-per-case",
    title: words.title,
    text: words.text(scores.length, summary.unseen),
    keys: keysOf(summary, language),
    width: axis.width,
    height: axis.height,
    marginLeft: axis.marginLeft,
    marginBottom: axis.marginBottom,
  };
  const grid = { stroke: palette.grid, strokeOpacity: 1 };
  if (!rows) {
    return draw({
      ...common,
      marginTop: keyHeight + labelHeight,
      keysTop: labelHeight,
      marginRight: 12,
      x: { type: "point", domain: axis.positions, padding: 0.6 },
      y: { domain: [0, 1] },
      marks: [
        gridY(grid),
        gridX({ ...grid, ticks: [...axis.positions] }),
        ...marks,
        axisX({ ...names, tickRotate: -90 }),
        axisY(dice),
      ],
    });
  }
  return draw({
    ...common,
    marginTop: keyHeight,
    marginRight: 150,
    x: { domain: [0, 1] },
    y: { type: "point", domain: axis.positions, padding: 0.6 },
    marks: [
      gridY({ ...grid, ticks: [...axis.positions] }),
      gridX(grid),
      ...marks,
      text(remarks(scores, language), {
        y: "position",
        x: 1,
        text: "remark",
        textAnchor: "start",
        dx: 12,
        fill: palette.muted,
      }),
      axisY(names),
      axisX({ ...dice, labelAnchor: "center" }),
    ],
  });
}

const remarks = (scores: readonly CaseScoreRow[], { say }: Language) =>
  scores.flatMap((score, position) => {
    if (score.status === "missing") return [{ position, remark: say.figures.cases.missing }];
    return score.tumour_dice === null
      ? [{ position, remark: say.figures.cases.undefinedTumour }]
      : [];
  });

const keysOf = (summary: Means, { say, numbers }: Language): Key[] =>
  structures.map(({ name, symbol, colour }) => {
    const mean = summary[name].dicePerCase;
    const words = say.words[name];
    return {
      text: mean === null ? words : say.figures.cases.mean(words, numbers.dice(mean)),
      colour,
      shape: symbol,
    };
  });
