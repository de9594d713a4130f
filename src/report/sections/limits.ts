import type { ReportContent, RunFacts } from "../content.ts";
import { type Block, heading, note } from "../document/document.ts";
import type { Language } from "../language.ts";
import { type Fact, factList } from "./facts.ts";

/** What the numbers do not say, and the record with which to make them again. */
export function limitsSection(content: ReportContent, language: Language): Block[] {
  const words = language.say.limits;
  return [
    heading(3, words.limitsTitle),
    { kind: "list", items: limitsOf(content, language) },
    heading(3, words.reproduceTitle),
    ...recordOf(content.run, language),
    note(words.same),
  ];
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

/** The record of a run: what was typed, chosen and used, and how long it took. */
export function recordOf(run: RunFacts, language: Language): Block[] {
  const { say, numbers } = language;
  const words = say.limits;
  const total = run.steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const stepNames: Readonly<Record<string, string>> = say.steps;
  const times = run.steps.map(
    ({ step, seconds }) => [stepNames[step] ?? step, numbers.duration(seconds)] as const,
  );
  const group = (title: string, facts: readonly (readonly [string, Fact])[]): Block[][] =>
    facts.length === 0 ? [] : [[heading(4, title), factList(facts, language)]];
  const settings = Object.entries(run.settings);
  return [
    ...(run.command === null
      ? []
      : [heading(4, words.command), { kind: "code", text: run.command } as const]),
    {
      kind: "columns",
      columns: [
        ...group(words.settings, [
          ...(run.seed === null && settings.length === 0 ? [] : [[words.seed, run.seed] as const]),
          ...settings,
        ]),
        ...group(words.versions, [["hepar", run.heparVersion], ...Object.entries(run.versions)]),
        ...group(
          words.seconds,
          times.length === 0 ? [] : [...times, [say.words.total, numbers.duration(total)]],
        ),
      ],
    },
  ];
}
