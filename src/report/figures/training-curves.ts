import { axisX, axisY, dot, gridY, line, type Markish, ruleY } from "@observablehq/plot";
import type { EpochRow } from "../../train/index.ts";
import type { Language } from "../language.ts";
import {
  type DrawingOptions,
  draw,
  type Figure,
  type Key,
  keyHeight,
  labelHeight,
} from "./drawing.ts";
import { palette } from "./palette.ts";
import { wholeStep } from "./steps.ts";

interface Curve {
  readonly value: (epoch: EpochRow) => number | null;
  readonly colour: string;
  readonly dashed?: boolean;
}

interface Panel extends Pick<DrawingOptions, "id" | "title" | "text" | "y"> {
  readonly axis: string;
  readonly tick: (value: number) => string;
  readonly curves: readonly Curve[];
  readonly keys: readonly Key[];
}

/**
 * The panels of a training's journal: loss, held-out Dice, Dice on patients set aside, where there are
 * any, and learning rate; [] without epochs.
 */
export function trainingCurves(epochs: readonly EpochRow[], language: Language): Figure[] {
  if (epochs.length === 0) return [];
  const isWatched = epochs.some((epoch) => epoch.watch_loss !== null);
  const panels = [lossPanel, dicePanel, ...(isWatched ? [watchPanel] : []), learningRatePanel];
  return panels.map((panel) => drawPanel(epochs, { panel: panel(epochs, language), language }));
}

function drawPanel(
  epochs: readonly EpochRow[],
  { panel, language }: { readonly panel: Panel; readonly language: Language },
): Figure {
  const { numbers, say } = language;
  const marks = panel.curves.flatMap((curve): Markish[] => {
    const points = epochs.map((epoch) => ({ epoch: epoch.epoch, value: curve.value(epoch) }));
    const channels = { x: "epoch", y: "value", stroke: curve.colour, strokeWidth: 2 };
    return [
      line(points, curve.dashed ? { ...channels, strokeDasharray: "4 3" } : channels),
      ...(epochs.length <= 30
        ? [dot(points, { x: "epoch", y: "value", fill: curve.colour, r: 2.5 })]
        : []),
    ];
  });
  const first = epochs[0]?.epoch ?? 1;
  const last = epochs[epochs.length - 1]?.epoch ?? first;
  const every = wholeStep((last - first) / 8);
  const ticks = epochs.map(({ epoch }) => epoch).filter((epoch) => epoch % every === 0);
  return draw({
    id: panel.id,
    title: panel.title,
    text: panel.text,
    keys: panel.keys,
    keysTop: labelHeight,
    width: 400,
    height: 290,
    marginTop: keyHeight + labelHeight,
    marginLeft: 58,
    marginRight: 14,
    marginBottom: 44,
    x: { domain: last > first ? [first, last] : [first - 1, first + 1] },
    ...(panel.y === undefined ? {} : { y: panel.y }),
    marks: [
      gridY({ stroke: palette.grid, strokeOpacity: 1 }),
      ruleY([0], { stroke: palette.ink }),
      ...marks,
      axisX({
        ticks,
        tickFormat: numbers.whole,
        label: say.figures.epoch,
        labelAnchor: "center",
        labelArrow: "none",
      }),
      axisY({ tickFormat: panel.tick, label: panel.axis, labelArrow: "none" }),
    ],
  });
}

function lossPanel(epochs: readonly EpochRow[], { say, numbers }: Language): Panel {
  const words = say.figures.loss;
  const first = epochs[0];
  const last = epochs[epochs.length - 1];
  const written = (value: number | undefined): string =>
    value === undefined ? say.words.unknown : numbers.fixed(value, 3);
  return {
    id: "loss",
    title: words.title,
    text: words.text(
      written(first?.train_loss),
      written(last?.train_loss),
      written(last?.held_out_loss),
    ),
    axis: words.axis,
    tick: (value) => numbers.significant(value, 3),
    curves: [
      { value: (epoch) => epoch.train_loss, colour: palette.ink },
      { value: (epoch) => epoch.held_out_loss, colour: palette.tumour, dashed: true },
    ],
    keys: [
      { text: words.train, colour: palette.ink, shape: "line" },
      { text: words.heldOut, colour: palette.tumour, shape: "dashed" },
    ],
  };
}

const dicePanel = (epochs: readonly EpochRow[], language: Language): Panel =>
  overlapPanel(epochs, {
    id: "held-out-dice",
    words: language.say.figures.dice,
    liver: (epoch) => epoch.held_out_liver_dice,
    tumour: (epoch) => epoch.held_out_tumour_dice,
    language,
  });

const watchPanel = (epochs: readonly EpochRow[], language: Language): Panel =>
  overlapPanel(epochs, {
    id: "set-aside-dice",
    words: language.say.figures.watch,
    liver: (epoch) => epoch.watch_liver_dice,
    tumour: (epoch) => epoch.watch_tumour_dice,
    language,
  });

function overlapPanel(
  epochs: readonly EpochRow[],
  {
    id,
    words,
    liver,
    tumour,
    language: { say, numbers },
  }: {
    readonly id: string;
    readonly words: { title: string; text: (liver: string, tumour: string) => string };
    readonly liver: Curve["value"];
    readonly tumour: Curve["value"];
    readonly language: Language;
  },
): Panel {
  const last = epochs[epochs.length - 1];
  const written = (value: number | null): string =>
    value === null ? say.words.unknown : numbers.dice(value);
  return {
    id,
    title: words.title,
    text: words.text(written(liver(last)), written(tumour(last))),
    axis: say.figures.dice.axis,
    tick: (value) => numbers.fixed(value, 1),
    y: { domain: [0, 1] },
    curves: [
      { value: liver, colour: palette.liver },
      { value: tumour, colour: palette.tumour, dashed: true },
    ],
    keys: [
      { text: say.words.liver, colour: palette.liver, shape: "line" },
      { text: say.words.tumour, colour: palette.tumour, shape: "dashed" },
    ],
  };
}

function learningRatePanel(epochs: readonly EpochRow[], { say, numbers }: Language): Panel {
  const words = say.figures.learningRate;
  const rates = epochs.map((epoch) => epoch.learning_rate);
  return {
    id: "learning-rate",
    title: words.title,
    text: words.text(
      numbers.significant(Math.max(...rates), 3),
      numbers.significant(rates[rates.length - 1] ?? 0, 3),
    ),
    axis: words.axis,
    tick: (value) => numbers.significant(value, 3),
    curves: [{ value: (epoch) => epoch.learning_rate, colour: palette.liver }],
    keys: [],
  };
}
