import type { ReportContent } from "../content.ts";
import type { Figures } from "../figures/figures.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { factList } from "./facts.ts";
import { figure } from "./figure.ts";
import { nameOf } from "./table.ts";

/** Who was learned from, with which network, and how it went. */
export function trainingSection(
  content: ReportContent,
  { language, figures }: { readonly language: Language; readonly figures: Figures },
): Html {
  const { say } = language;
  const words = say.training;
  const { model, split } = content;
  if (model === null) return html`<p>${words.none}</p>`;
  return html`${split === null ? null : splitOf(split, language)}
<div class="wide panels">${figures.training.map(figure)}</div>
${figures.training.length === 0 ? html`<p>${words.noJournal}</p>` : null}
<details><summary>${words.network}: ${nameOf(model.name)}</summary>
${factList(
  model.description.map(({ name, value }) => [name, value]),
  language,
)}</details>`;
}

function splitOf(split: NonNullable<ReportContent["split"]>, { say }: Language): Html {
  const words = say.training;
  const names = (cases: readonly string[]): Html[] =>
    cases.map((name, index) => html`${index > 0 ? ", " : null}${nameOf(name)}`);
  return html`<p>${words.split(split.train.length, split.heldOut.length)}</p>
<dl class="facts"><dt>${words.heldOut}</dt><dd>${names(split.heldOut)}</dd>
<dt>${words.learned}</dt><dd>${names(split.train)}</dd></dl>`;
}
