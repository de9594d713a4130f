import { foldCountOf, heldOutOf, type ModelFacts, type ReportContent } from "../content.ts";
import { type Block, paragraph } from "../document/document.ts";
import type { Language } from "../language.ts";
import { allFailures } from "./failures.ts";

/** The findings in a few figures and sentences. */
export function summarySection(content: ReportContent, language: Language): Block[] {
  return [keyFigures(content, language), ...sentences(content, language).map(paragraph)];
}

function keyFigures(content: ReportContent, { say, numbers }: Language): Block {
  const { cases, sliceCount, summary } = content;
  const words = say.summary;
  const failed = allFailures(content).length;
  const masked = cases.filter((row) => row.has_tumour !== null);
  const dice = (value: number | null): string =>
    value === null ? say.words.unknown : numbers.dice(value);
  const shown: readonly (readonly [string, string] | null)[] = [
    [numbers.whole(cases.length), words.scans],
    masked.length === 0
      ? null
      : [numbers.whole(masked.filter((row) => row.has_tumour).length), words.withTumour],
    sliceCount === null ? null : [numbers.whole(sliceCount), words.slices],
    summary === null ? null : [dice(summary.liver.dicePerCase), words.liverDice],
    summary === null ? null : [dice(summary.tumour.dicePerCase), words.tumourDice],
    failed === 0 ? null : [numbers.whole(failed), words.failed],
  ];
  return {
    kind: "keyFigures",
    items: shown.flatMap((item) => (item === null ? [] : [{ value: item[0], label: item[1] }])),
  };
}

function sentences(content: ReportContent, language: Language): string[] {
  const { cases, sliceCount } = content;
  const words = language.say.summary;
  const failed = words.failures(allFailures(content).length);
  if (cases.length === 0) return [words.nothing, failed];
  const masked = cases.filter((row) => row.has_tumour !== null);
  const lesions = masked.reduce((sum, row) => sum + (row.lesion_count ?? 0), 0);
  const withTumour = masked.filter((row) => row.has_tumour).length;
  const unreadable = cases.filter((row) => row.problem !== null).length;
  return [
    [
      words.found(cases.length, masked.length, unreadable),
      masked.length === 0 ? words.noMasks : words.tumours(withTumour, masked.length, lesions),
      sliceCount === null ? words.notConverted : words.converted(sliceCount),
    ].join(" "),
    modelSentences(content, language).join(" "),
    failed,
  ];
}

function modelSentences(content: ReportContent, { say, numbers }: Language): string[] {
  const { model, summary } = content;
  const words = say.summary;
  if (model === null) return [words.noModel];
  const trained = model.own
    ? trainedSentence(content, { model, words })
    : words.elsewhere(model.name, summary?.unseen ?? false);
  if (summary === null) return [trained, words.notEvaluated];
  const scored = (["liver", "tumour"] as const).map((structure) => {
    const { dicePerCase, definedCases } = summary[structure];
    const name = say.words[structure];
    return dicePerCase === null
      ? words.unscored(name)
      : words.scored(name, numbers.dice(dicePerCase), definedCases, summary.cases);
  });
  return [trained, ...scored, words.scale];
}

/** Counts patients, of which one may have several cases. */
function trainedSentence(
  { cases }: ReportContent,
  {
    model,
    words,
  }: {
    readonly model: ModelFacts;
    readonly words: Language["say"]["summary"];
  },
): string {
  const patientOf = new Map(cases.map((row) => [row.case, row.patient]));
  const patients = (names: readonly string[]): number =>
    new Set(names.map((name) => patientOf.get(name) ?? name)).size;
  const { training } = model.description;
  const folds = foldCountOf(model);
  const members = (model.networks?.length ?? 1) / folds;
  const trained =
    folds > 1
      ? words.trainedFolds(folds, patients(heldOutOf(model)), training.epochs)
      : words.trained(
          patients(training.trainCases),
          patients(training.heldOutCases),
          training.epochs,
        );
  return members > 1 ? `${trained} ${words.trainedTogether(members)}` : trained;
}
