import type { Command } from "./command.ts";
import { type ArgumentTable, flag, flagOf, type OptionTable } from "./option.ts";

/** Options of every command. */
export const commonOptions: OptionTable = {
  json: flag("one JSON document on standard output, everything else on standard error"),
  quiet: flag("no progress"),
};

/** One option as data. */
export interface OptionDescription {
  /** `--out <cohort>` */
  readonly flags: string;
  readonly description: string;
  readonly required: boolean;
  readonly default: string | null;
  readonly choices: readonly string[] | null;
}

/** One command as data: what `hepar info --json` tells and docs/cli.md prints. */
export interface CommandDescription {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly arguments: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionDescription[];
  readonly example: string;
}

/** The command table as plain data. */
export function describeCommands(table: readonly Command[]): CommandDescription[] {
  return table.map((row) => ({
    name: row.name,
    usage: usageOf(row),
    summary: row.summary,
    arguments: Object.entries(row.arguments).map(([name, { description }]) => ({
      name,
      description,
    })),
    options: describeOptions({ ...row.options, ...commonOptions }),
    example: row.example,
  }));
}

/** An option's flags, as commander and people read them. */
export const flagsOf = (name: string, placeholder: string | undefined): string =>
  placeholder === undefined ? flagOf(name) : `${flagOf(name)} ${placeholder}`;

/** An argument's place, as commander and people read it. */
export function placeOf(name: string, { optional, many }: ArgumentTable[string]): string {
  const place = many ? `${name}...` : name;
  return optional ? `[${place}]` : `<${place}>`;
}

function describeOptions(options: OptionTable): OptionDescription[] {
  return Object.entries(options).map(([name, option]) => ({
    flags: flagsOf(name, option.placeholder),
    description: option.description,
    required: option.required ?? false,
    default: option.fallback ?? null,
    choices: option.choices ?? null,
  }));
}

function usageOf(row: Command): string {
  const places = Object.entries(row.arguments).map(([name, place]) => placeOf(name, place));
  const required = Object.entries(row.options)
    .filter(([, option]) => option.required)
    .map(([name, option]) => flagsOf(name, option.placeholder));
  return ["hepar", row.name, ...places, ...required, "[options]"].join(" ");
}
