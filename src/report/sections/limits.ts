import type { ReportContent } from "../content.ts";
import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { factList } from "./facts.ts";

/** What the numbers do not say, and the record with which to make them again. */
export function limitsSection(content: ReportContent, language: Language): Html {
  const words = language.say.limits;
  return html`<h3>${words.limitsTitle}</h3>
<ul>${limitsOf(content, language).map((limit) => html`<li>${limit}</li>\n`)}</ul>
<h3>${words.reproduceTitle}</h3>
${record(content, language)}
<p class="note">${words.same}</p>`;
}

function limitsOf({ cases, model, summary }: ReportContent, { say }: Language): string[] {
  const words = say.limits;
  const unknown = cases.filter((row) => row.problem === null && row.spacing_x_mm === null).length;
  const masked = cases.some((row) => row.mask_source !== null);
  return [
    ...(summary === null ? [] : [words.few(summary.cases)]),
    ...(masked ? [words.reference] : []),
    ...(model === null ? [] : [words.axial]),
    ...(unknown > 0 ? [words.spacing(unknown)] : []),
    words.otherScanners,
  ];
}

function record({ run }: ReportContent, language: Language): Html {
  const { say, numbers } = language;
  const words = say.limits;
  const total = run.steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const stepNames: Readonly<Record<string, string>> = say.steps;
  const times = run.steps.map(
    ({ step, seconds }) => [stepNames[step] ?? step, numbers.duration(seconds)] as const,
  );
  const group = (
    title: string,
    facts: readonly (readonly [string, string | number | boolean | null])[],
  ): Html | null =>
    facts.length === 0 ? null : html`<h4>${title}</h4>${factList(facts, language)}`;
  return html`${
    run.command === null
      ? null
      : html`<h4>${words.command}</h4><pre tabindex="0"><code>${run.command}</code></pre>`
  }
<div class="columns">${[
    group(words.settings, [[words.seed, run.seed], ...Object.entries(run.settings)]),
    group(words.versions, [["hepar", run.heparVersion], ...Object.entries(run.versions)]),
    group(
      words.seconds,
      times.length === 0 ? [] : [...times, [say.words.total, numbers.duration(total)]],
    ),
  ].map((part) => (part === null ? null : html`<div>${part}</div>`))}</div>`;
}
