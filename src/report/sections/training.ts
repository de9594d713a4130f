import type { ModelDescription } from "../../model/index.ts";
import type { EpochRow } from "../../train/index.ts";
import { foldCountOf, type ModelFacts, type ReportContent } from "../content.ts";
import { type Block, drawing, heading, namesOf, paragraph } from "../document/document.ts";
import type { Figures } from "../figures/figures.ts";
import type { Language } from "../language.ts";
import { networkFigure } from "../network-figure.ts";
import { type Fact, factList } from "./facts.ts";

/** Who was learned from, with which network, and how it went. */
export function trainingSection(
  content: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Block[] {
  const { say } = language;
  const words = say.training;
  const { model } = content;
  if (model === null) return [paragraph(words.none)];
  const { name, own, description } = model;
  const course = own
    ? [
        ...networksOf(model, language),
        ...splitOf(description, language),
        figures.training.length === 0
          ? paragraph(words.noJournal)
          : ({ kind: "columns", columns: figures.training.map((one) => [drawing(one)]) } as const),
      ]
    : [paragraph(words.elsewhere(name))];
  return [
    ...course,
    heading(3, words.network),
    drawing(networkFigure(description, language)),
    factList(
      [
        [words.facts.name, name],
        ...factsOf(description, language),
        ...waitingFact(content.epochs, language),
      ],
      language,
    ),
  ];
}

/** How a model of several networks was made; nothing for one. */
function networksOf(model: ModelFacts, { say }: Language): Block[] {
  const { networks = [] } = model;
  const folds = foldCountOf(model);
  const members = networks.length / folds;
  const sentences = [
    ...(folds > 1 ? [say.training.folds(folds)] : []),
    ...(members > 1 ? [say.training.members(members)] : []),
  ];
  return sentences.length === 0 ? [] : [paragraph(sentences.join(" "))];
}

function splitOf({ training }: ModelDescription, { say }: Language): Block[] {
  const words = say.training;
  const { trainCases, watchCases = [], heldOutCases } = training;
  return [
    paragraph(words.split(trainCases.length, heldOutCases.length)),
    {
      kind: "facts",
      facts: [
        { name: words.heldOut, value: namesOf(heldOutCases) },
        ...(watchCases.length === 0 ? [] : [{ name: words.watched, value: namesOf(watchCases) }]),
        { name: words.learned, value: namesOf(trainCases) },
      ],
    },
  ];
}

function factsOf(
  { architecture, imageSize, inputChannels, classes, training, weightsSha256 }: ModelDescription,
  { say, numbers }: Language,
): (readonly [string, Fact])[] {
  const words = say.training.facts;
  const size = numbers.whole(imageSize);
  return [
    [words.architecture, architectureText(architecture, { say, numbers })],
    [words.imageSize, `${size}\u00A0×\u00A0${size}`],
    [words.channels, named(inputChannels, say.training.channels)],
    [words.classes, named(classes, say.training.classes)],
    [words.recipe, training.recipe],
    [words.epochs, training.epochs],
    ...chosenFact(training.chosen, { say, numbers }),
    [words.steps, training.steps],
    [words.seed, String(training.seed)],
    [words.fold, training.fold],
    [words.seconds, numbers.duration(training.seconds)],
    [words.runtime, training.runtime],
    [words.weights, weightsSha256],
  ];
}

type Speech = Pick<Language, "say" | "numbers">;

function architectureText(
  architecture: ModelDescription["architecture"],
  { say, numbers }: Speech,
): string {
  const words = say.training.facts;
  const listed = (values: number | readonly number[]): string =>
    [values].flat().map(numbers.whole).join(", ");
  switch (architecture.architecture) {
    case "unet":
      return words.unet(listed(architecture.widths), listed(architecture.convolutions));
    case "unet2015":
      return words.unet2015(listed(architecture.widths));
    case "resnet34-unet":
      return words.resnet34Unet(listed(architecture.width ?? 64));
  }
}

function chosenFact(
  chosen: ModelDescription["training"]["chosen"],
  { say, numbers }: Speech,
): (readonly [string, Fact])[] {
  const words = say.training.facts;
  if (chosen === undefined) return [];
  const epoch = numbers.whole(chosen.epoch);
  const text =
    chosen.score === null ? words.last(epoch) : words.best(epoch, numbers.dice(chosen.score));
  return [[words.chosen, text]];
}

/** How much of the steps' time went into waiting for data, over all epochs. */
function waitingFact(
  epochs: readonly EpochRow[],
  { say, numbers }: Speech,
): (readonly [string, Fact])[] {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  if (seconds === 0) return [];
  const waited = epochs.reduce((sum, epoch) => sum + epoch.waiting_share * epoch.seconds, 0);
  return [[say.training.facts.waiting, numbers.percent((100 * waited) / seconds)]];
}

/** Names in the reader's language, `liver-1` being liver's of the slice below; unknown ones stay. */
const named = (names: readonly string[], words: Readonly<Record<string, string>>): string =>
  names
    .map((name) => {
      const [, base = name, offset] = /^(.*?)([+-]\d+)?$/.exec(name) ?? [];
      const word = Object.hasOwn(words, base) ? words[base] : base;
      return offset === undefined ? word : `${word} (${offset.replace("-", "\u2212")})`;
    })
    .join(", ");
