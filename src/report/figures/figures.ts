import type { ReportContent } from "../content.ts";
import type { Language } from "../language.ts";
import { dicePerCase } from "./dice-per-case.ts";
import type { Figure } from "./drawing.ts";
import { rateCurve } from "./rate-curve.ts";
import { studyFigures } from "./study-figures.ts";
import { trainingCurves } from "./training-curves.ts";

/** The report's figures by the section they stand in; [] where there is nothing to draw. */
export interface Figures {
  readonly study: readonly Figure[];
  readonly training: readonly Figure[];
  readonly scores: readonly Figure[];
}

/** All the figures that a report's content allows. */
export function drawFigures(content: ReportContent, language: Language): Figures {
  const { epochs, rates, scores, summary } = content;
  const present = (figures: readonly (Figure | null)[]): Figure[] =>
    figures.filter((figure) => figure !== null);
  return {
    study: studyFigures(content, language),
    training: [...trainingCurves(epochs, language), ...present([rateCurve(rates, language)])],
    scores:
      scores === null || summary === null
        ? []
        : present([dicePerCase(scores, { summary, language })]),
  };
}
