import type { ModelDescription } from "../../model/index.ts";
import type { ReportContent } from "../content.ts";
import type { Figures } from "../figures/figures.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { type Fact, factList } from "./facts.ts";
import { figure } from "./figure.ts";
import { nameOf } from "./table.ts";

/** Who was learned from, with which network, and how it went. */
export function trainingSection(
  content: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Html {
  const { say } = language;
  const words = say.training;
  const { model } = content;
  if (model === null) return html`<p>${words.none}</p>`;
  const { name, own, description } = model;
  const course = own
    ? html`${splitOf(description, language)}
<div class="wide panels">${figures.training.map(figure)}</div>
${figures.training.length === 0 ? html`<p>${words.noJournal}</p>` : null}`
    : html`<p>${words.elsewhere(name)}</p>`;
  return html`${course}
<h3>${words.network}</h3>
${factList([[words.facts.name, name], ...factsOf(description, language)], language)}`;
}

function splitOf({ training }: ModelDescription, { say }: Language): Html {
  const words = say.training;
  const { trainCases, heldOutCases } = training;
  const names = (cases: readonly string[]): Html[] =>
    cases.map((name, index) => html`${index > 0 ? ", " : null}${nameOf(name)}`);
  return html`<p>${words.split(trainCases.length, heldOutCases.length)}</p>
<dl class="facts"><dt>${words.heldOut}</dt><dd>${names(heldOutCases)}</dd>
<dt>${words.learned}</dt><dd>${names(trainCases)}</dd></dl>`;
}

function factsOf(
  { architecture, imageSize, inputChannels, classes, training, weightsSha256 }: ModelDescription,
  { say, numbers }: Language,
): (readonly [string, Fact])[] {
  const words = say.training.facts;
  const size = numbers.whole(imageSize);
  return [
    [
      words.architecture,
      architecture.architecture === "unet"
        ? words.unet(
            architecture.widths.map(numbers.whole).join(", "),
            [architecture.convolutions].flat().map(numbers.whole).join(", "),
          )
        : architecture.architecture,
    ],
    [words.imageSize, `${size}\u00A0×\u00A0${size}`],
    [words.channels, named(inputChannels, say.training.channels)],
    [words.classes, named(classes, say.training.classes)],
    [words.recipe, training.recipe],
    [words.epochs, training.epochs],
    [words.steps, training.steps],
    [words.seed, String(training.seed)],
    [words.fold, training.fold],
    [words.seconds, numbers.duration(training.seconds)],
    [words.runtime, training.runtime],
    [words.weights, weightsSha256],
  ];
}

/** Names in the reader's language; one that is not known, as it stands. */
const named = (names: readonly string[], words: Readonly<Record<string, string>>): string =>
  names.map((name) => (Object.hasOwn(words, name) ? words[name] : name)).join(", ");
