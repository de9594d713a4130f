import pc from "picocolors";
import {
  type CheckReport,
  findingRules,
  type ReportedFinding,
  type Severity,
} from "../catalog/index.ts";
import { counted } from "../core/index.ts";

interface Page {
  /** Characters in a line. */
  readonly width: number;
  readonly colours: boolean;
}

/** From so many files on, the same finding is said once for all of them. */
const manyFiles = 4;
/** So many files are told together even when each has a value of its own. */
const veryManyFiles = 8;
const mostValues = 3;
const longestRepeated = 24;

/** A check's report as people read it: by file, what many files share at the end, then the sum. */
export function checkLines(report: CheckReport, page: Page): string[] {
  const byCode = groupedBy(report.findings, ({ code }) => code);
  const shared = [...byCode.values()].filter(isShared);
  const sharedCodes = new Set(shared.map(([{ code }]) => code));
  const single = report.findings.filter(({ code }) => !sharedCodes.has(code));
  const { bold } = pc.createColors(page.colours);
  return [
    ...[...groupedBy(single, ({ file }) => file)].flatMap(([file, findings]) => [
      bold(file),
      ...findings.flatMap((finding) => findingLines(finding, page)),
      "",
    ]),
    ...shared.sort(worstFirst).flatMap((findings) => sharedLines(findings, page)),
    summaryLine(report),
  ];
}

function isShared(findings: readonly ReportedFinding[]): boolean {
  const files = filesOf(findings).length;
  const values = new Set(findings.map(({ found }) => found)).size;
  return files >= veryManyFiles || (files >= manyFiles && values <= mostValues);
}

function findingLines(finding: ReportedFinding, page: Page): string[] {
  const { severity, code, field, found, expected, means, advice } = finding;
  // What the reader said is a sentence of its own.
  const isWhole = found !== "" && /^(input|nifti)\.|^(geometry\.singular|defect)$/.test(code);
  const values = found === "" ? `expected ${expected}` : `found ${found}; expected ${expected}`;
  // Long values stand in the first line only.
  const sentence = found.length > longestRepeated ? findingRules[code].means("") : means;
  return [
    `  ${tag(severity, code, page)} ${field}: ${isWhole ? found : values}`,
    ...wrapped(sentence, { indent: "    ", ...page }),
    ...wrapped(advice, { indent: "    → ", ...page }),
  ];
}

function sharedLines(findings: readonly ReportedFinding[], page: Page): string[] {
  const [first] = findings;
  const values = [...groupedBy(findings, ({ found }) => found)];
  const isOne = values.length === 1;
  const { bold } = pc.createColors(page.colours);
  const names = wrapped(filesOf(findings).join(", "), { indent: "  ", ...page });
  const shown = names.length <= 3 ? names : [...names.slice(0, 2), "  … (all of them: --json)"];
  const merged = {
    ...first,
    found: isOne ? first.found : valuesText(values),
    means: isOne ? first.means : findingRules[first.code].means(""),
  };
  return [
    bold(counted(filesOf(findings).length, "file")),
    ...shown,
    ...findingLines(merged, page),
    "",
  ];
}

/** The most frequent values, with how many files have each. */
function valuesText(values: readonly (readonly [string, readonly unknown[]])[]): string {
  const byCount = [...values].sort(([, a], [, b]) => b.length - a.length);
  const shown = byCount
    .slice(0, mostValues)
    .map(([value, { length }]) => `${value} (in ${counted(length, "file")})`);
  const more = values.length - mostValues;
  return shown.join(", ") + (more > 0 ? `, and ${counted(more, "other value")}` : "");
}

const filesOf = (findings: readonly ReportedFinding[]): string[] => [
  ...new Set(findings.map(({ file }) => file)),
];

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
const worstFirst = ([a]: readonly ReportedFinding[], [b]: readonly ReportedFinding[]): number =>
  rank[a.severity] - rank[b.severity];

function tag(severity: Severity, code: string, { colours }: Page): string {
  const { red, yellow, cyan } = pc.createColors(colours);
  const colour = { error: red, warning: yellow, note: cyan }[severity];
  return `${colour(severity)}[${code}]`;
}

function summaryLine({ files, pairs, errors, warnings, notes, headersOnly }: CheckReport): string {
  const looked = `${counted(files, "file")}${pairs > 0 ? `, ${counted(pairs, "pair")} of scan and mask` : ""}`;
  const parts = [
    counted(errors, "error"),
    counted(warnings, "warning"),
    ...(notes > 0 ? [counted(notes, "note")] : []),
  ];
  const left = headersOnly ? "; only headers were read, voxels were not judged" : "";
  return `${looked}: ${parts.join(", ")}${left}`;
}

function groupedBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Words in lines that fit, each with the indent's width before it. */
function wrapped(text: string, { indent, width }: { indent: string; width: number }): string[] {
  const room = Math.max(40, width) - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, n) => (n === 0 ? indent : " ".repeat(indent.length)) + each);
}
