import { type FindingCode, findingRules, type Severity, type Stage } from "../catalog/index.ts";

const stages: Readonly<Record<Stage, string>> = {
  header: "the header",
  voxels: "the voxels",
  pair: "scan and mask",
  folder: "all files",
};

const severities: Readonly<Record<Severity, string>> = {
  error: "The file cannot be used, or not as it is: `hepar check` ends with status 3.",
  warning:
    "Numbers may be wrong. The catalogue's `warnings` column keeps these codes; with `--strict` the status is 3.",
  note: "Good to know; the status stays 0.",
};

/** docs/check.md, from the table of findings. */
export function renderCheckDocs(): string {
  return `${[
    "# What `hepar check` finds",
    "<!-- Written from the table in src/catalog/check. After a change: npx vitest run src/cli -u -->",
    "Each finding has a stable code, the file, the field, what was found, what was expected, what it means and what to do. With `--headers-only` those are told that the header shows, or the headers of scan and mask.",
    ...(Object.keys(severities) as Severity[]).flatMap((severity) => [
      `## ${severity[0].toUpperCase()}${severity.slice(1)}s`,
      severities[severity],
      table(severity),
    ]),
  ].join("\n\n")}\n`;
}

function table(severity: Severity): string {
  const rows = (Object.keys(findingRules) as FindingCode[])
    .filter((code) => findingRules[code].severity === severity)
    .map((code) => {
      const { stage, field, expected, means, advice } = findingRules[code];
      return `| \`${code}\` | ${stages[stage]} | \`${field}\` | ${expected} | ${means("")} | ${advice} |`;
    });
  return `| code | seen in | field | expected | means | what to do |\n|---|---|---|---|---|---|\n${rows.join("\n")}`;
}
