import { parseWarnings } from "../../catalog/index.ts";
import type { Failure, ReportContent } from "../content.ts";
import {
  type Block,
  code as codeOf,
  heading,
  nameOf,
  type Piece,
  paragraph,
  small,
  strong,
  type Text,
  table,
  verbatim,
} from "../document/document.ts";
import type { Language } from "../language.ts";

/** What failed: the run's failures, and unusable cases of the catalogue that they do not name. */
export function allFailures({ cases, failures }: ReportContent): readonly Failure[] {
  const named = new Set(failures.map((failure) => failure.case));
  const unusable = cases.flatMap((row): Failure[] =>
    row.problem === null || named.has(row.case)
      ? []
      : [{ case: row.case, step: "catalog", reason: row.problem, code: row.problem_code ?? "" }],
  );
  return [...failures, ...unusable];
}

/** The words for a code that may come from a newer hepar; undefined when there are none. */
const known = <Words>(words: Readonly<Record<string, Words>>, code: string): Words | undefined =>
  Object.hasOwn(words, code) ? words[code] : undefined;

/** A warning's code in a few words, or the code itself. */
export const shortWarning = (code: string, { say }: Language): string =>
  known<{ short: string }>(say.warnings, code)?.short ?? code;

/** What a warning's code means for the reader, or the code itself. */
export const warningMeaning = (code: string, { say }: Language): string =>
  known<{ long: string }>(say.warnings, code)?.long ?? code;

/** What could not be done and why, and what the reader should know about the cases. */
export function failuresSection(content: ReportContent, language: Language): Block[] {
  const words = language.say.failures;
  const failures = allFailures(content);
  return [
    failures.length === 0 ? paragraph(words.none) : failureTable(failures, language),
    heading(3, words.warningsTitle),
    warningTable(content, language),
  ];
}

function failureTable(failures: readonly Failure[], { say }: Language): Block {
  const words = say.failures;
  return table({
    caption: words.caption,
    captionHidden: true,
    rows: failures,
    columns: [
      {
        head: say.words.case,
        cell: (failure) => (failure.case === null ? words.whole : nameOf(failure.case)),
      },
      { head: words.step, cell: ({ step }) => known<string>(say.steps, step) ?? step },
      {
        head: words.reason,
        cell({ code, reason }) {
          const plain = known<string>(say.problems, code);
          return [
            ...(plain === undefined ? [] : [plain, " "]),
            verbatim(reason),
            ...(code === "" ? [] : [" ", codeOf(code)]),
          ];
        },
      },
    ],
  });
}

interface Affected {
  readonly code: string;
  readonly cases: { readonly name: string; readonly detail: string }[];
}

/** Warnings by code, in the order in which they first appear. */
function warningsByCode({ cases }: ReportContent): Affected[] {
  const byCode = new Map<string, Affected>();
  for (const row of cases) {
    for (const { code, detail } of parseWarnings(row.warnings)) {
      const affected = byCode.get(code) ?? { code, cases: [] };
      affected.cases.push({ name: row.case, detail });
      byCode.set(code, affected);
    }
  }
  return [...byCode.values()];
}

function warningTable(content: ReportContent, language: Language): Block {
  const { say } = language;
  const words = say.failures;
  const rows = warningsByCode(content);
  if (rows.length === 0) return paragraph(words.noWarnings);
  return table({
    caption: words.warningsTitle,
    captionHidden: true,
    rows,
    columns: [
      { head: words.warning, cell: ({ code }) => shortWarning(code, language) },
      {
        head: words.meaning,
        long: true,
        cell: ({ code }) => warningMeaning(code, language),
      },
      {
        head: words.affected,
        long: true,
        cell: (affected) => affectedCases(affected, language),
      },
    ],
  });
}

/** The cases by name, each with its detail; a detail that all share stands once. */
function affectedCases({ cases }: Affected, { say, numbers }: Language): Text {
  const [first] = cases;
  const shared =
    first !== undefined && cases.length > 1 && cases.every(({ detail }) => detail === first.detail)
      ? first.detail
      : "";
  const names = cases.flatMap(({ name, detail }, index): Piece[] => [
    ...(index > 0 ? [", "] : []),
    nameOf(name),
    ...(detail === "" || shared !== "" ? [] : [" (", nameOf(detail), ")"]),
  ]);
  return [
    strong(numbers.whole(cases.length)),
    " · ",
    ...names,
    ...(shared === ""
      ? []
      : [" ", small(`(${say.failures.everywhere} `), nameOf(shared), small(")")]),
  ];
}
