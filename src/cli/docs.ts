import { type ErrorCode, errorCodes } from "../core/index.ts";
import type { Command } from "./command.ts";
import { describeCommands, type OptionDescription } from "./describe.ts";
import { exitStatus, statusOf } from "./exit-status.ts";

const meanings: { readonly [Name in keyof typeof exitStatus]: string } = {
  done: "done",
  defect: "a defect of hepar: please report it",
  usage: "wrong usage",
  input: "bad input, or a machine that cannot take the output",
  someFailed: "some cases failed and are named; the others are done",
  stopped: "stopped; the same command goes on",
};

/** docs/cli.md, from the command table. */
export function renderCliDocs(table: readonly Command[]): string {
  const commands = describeCommands(table);
  return `${[
    "# The command line",
    "<!-- Written from the command table in src/cli. After a change: npx vitest run src/cli -u -->",
    "In a checkout, `npm run --silent hepar -- <arguments>` is `hepar <arguments>`; without `--silent` npm prints a line of its own on standard output first.",
    "| command | does |\n|---|---|\n" +
      commands
        .map(({ name, summary }) => `| [\`hepar ${name}\`](#${name}) | ${summary} |`)
        .join("\n"),
    "Progress goes to standard error: a bar with rate and time left on a terminal, a plain line now and then elsewhere. `NO_COLOR` is respected. With `--json` standard output is exactly one JSON document, also when the command fails: `{ command, status, … }` or `{ command, status, error: { code, message, hint, file } }`. `HEPAR_DEBUG=1` shows where in the code an error arose.",
    ...commands.map(renderCommand),
    "## Exit status\n\n| status | means |\n|---|---|\n" +
      Object.entries(exitStatus)
        .sort(([, a], [, b]) => a - b)
        .map(([name, status]) => `| ${status} | ${meanings[name as keyof typeof exitStatus]} |`)
        .join("\n"),
    "## Error codes\n\n| code | exit status |\n|---|---|\n" +
      errorCodes.map((code: ErrorCode) => `| \`${code}\` | ${statusOf[code]} |`).join("\n"),
  ].join("\n\n")}\n`;
}

function renderCommand(command: ReturnType<typeof describeCommands>[number]): string {
  const { name, usage, summary, options, example } = command;
  const places = command.arguments.map((place) => `- \`<${place.name}>\`: ${place.description}`);
  return [
    `## ${name}`,
    `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    `\`\`\`\n${usage}\n${example}\n\`\`\``,
    ...(places.length === 0 ? [] : [places.join("\n")]),
    `| option | means | default |\n|---|---|---|\n${options.map(renderOption).join("\n")}`,
  ].join("\n\n");
}

function renderOption(option: OptionDescription): string {
  const choices = option.choices === null ? "" : `: ${option.choices.join(", ")}`;
  const fallback = option.required ? "must be given" : (option.default ?? "");
  return `| \`${option.flags}\` | ${option.description}${choices} | ${fallback} |`;
}
