import {
  CommanderError,
  Command as Parser,
  Argument as ParserArgument,
  Option as ParserOption,
} from "commander";
import { HeparError, type Progress, silent, toHeparError } from "../core/index.ts";
import type { Command, CommandResult, Surroundings, Typed } from "./command.ts";
import { commonOptions, flagsOf, placeOf } from "./describe.ts";
import { errorJson, errorLines } from "./error-text.ts";
import { exitStatus, statusOf } from "./exit-status.ts";
import type { OptionTable } from "./option.ts";
import { progressDisplay, type Screen } from "./progress-display.ts";
import { visible } from "./visible.ts";

/** Where a command line runs: the process, or a test. */
export interface Terminal {
  readonly stdout: (text: string) => void;
  /** Characters in a line of standard output. */
  readonly width: number;
  /** Whether standard output may be coloured: it is a terminal's. */
  readonly colours: boolean;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Standard error, on which progress is drawn. */
  readonly screen: Screen;
  readonly version: string;
  readonly when: Date;
  readonly signal: AbortSignal;
  readonly debug: boolean;
}

/** A command as it was typed, or what to print instead. */
type Parsed = { readonly command: Command; readonly typed: Typed } | { readonly print: string };

/**
 * Runs a command line to its end.
 *
 * @param typed - what follows `hepar`
 * @returns the exit status
 */
export async function runCommandLine(
  typed: readonly string[],
  { table, terminal }: { readonly table: readonly Command[]; readonly terminal: Terminal },
): Promise<number> {
  const isJson = typed.includes("--json");
  let name: string | null = null;
  try {
    const parsed = await parse(typed, table, terminal.version);
    if ("print" in parsed) {
      terminal.stdout(parsed.print);
      return exitStatus.done;
    }
    name = parsed.command.name;
    const result = await perform(parsed, typed, terminal);
    const { status, json, lines } = result;
    const document = JSON.stringify({ command: name, status, ...json }, null, 2);
    const page = lines.map((line) => `${visible(line, terminal)}\n`).join("");
    terminal.stdout(isJson ? `${document}\n` : page);
    return status;
  } catch (thrown) {
    const error = toHeparError(thrown);
    const status = statusOf[error.code];
    for (const line of errorLines(error, terminal)) terminal.screen.write(`${visible(line)}\n`);
    if (isJson) {
      terminal.stdout(
        `${JSON.stringify({ command: name, status, ...errorJson(error) }, null, 2)}\n`,
      );
    }
    return status;
  }
}

async function perform(
  { command, typed }: Extract<Parsed, { command: Command }>,
  words: readonly string[],
  terminal: Terminal,
): Promise<CommandResult> {
  const display = progressDisplay(terminal.screen);
  const progress: Progress = typed.options.quiet === undefined ? display.progress : silent;
  const { version, when, signal, screen } = terminal;
  const around: Surroundings = {
    version,
    when,
    signal,
    clock: screen.clock,
    arguments: words,
    progress,
    width: terminal.width,
    colours: terminal.colours,
    isTerminal: terminal.isTerminal,
  };
  try {
    return await command.run(typed, around);
  } finally {
    display.close();
  }
}

/** Commander reads the table's rows; what it has to say becomes text or a `usage.*` error. */
async function parse(
  words: readonly string[],
  table: readonly Command[],
  version: string,
): Promise<Parsed> {
  let parsed: Parsed | undefined;
  let printed = "";
  const program = parserFor(table, version, (command, typed) => {
    parsed = { command, typed };
  });
  for (const parser of [program, ...program.commands]) {
    parser.exitOverride().configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
    });
  }
  try {
    if (words.length === 0) program.outputHelp();
    else program.parse([...words], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) throw usageError(thrown);
  }
  return parsed ?? { print: printed };
}

function parserFor(
  table: readonly Command[],
  version: string,
  found: (command: Command, typed: Typed) => void,
): Parser {
  const program = new Parser("hepar")
    .description(
      "Finds, measures and follows liver tumours in CT. For research; not a medical device.",
    )
    .version(version)
    .helpCommand(true);
  for (const row of table) {
    const parser = program.command(row.name).description(row.summary);
    for (const [name, argument] of Object.entries(row.arguments)) {
      parser.addArgument(new ParserArgument(placeOf(name, argument), argument.description));
    }
    addOptions(parser, { ...row.options, ...commonOptions });
    parser.addHelpText("after", `\nExample:\n  ${row.example}`);
    parser.action(() => found(row, typedOf(row, parser)));
  }
  return program;
}

function addOptions(parser: Parser, options: OptionTable): void {
  for (const [name, { placeholder, description, choices, fallback, required }] of Object.entries(
    options,
  )) {
    const words = choices === undefined ? "" : `: ${choices.join(", ")}`;
    const standard = fallback === undefined ? "" : ` (default: ${fallback})`;
    const option = new ParserOption(
      flagsOf(name, placeholder),
      `${description}${words}${standard}`,
    );
    parser.addOption(option.makeOptionMandatory(required ?? false));
  }
}

function typedOf(row: Command, parser: Parser): Typed {
  const places = Object.keys(row.arguments).map((name, index) => [name, parser.args[index]]);
  const options = Object.entries(parser.opts<Record<string, string | true>>()).map(
    ([name, value]) => [name, value === true ? "" : value],
  );
  return {
    arguments: Object.fromEntries(places),
    words: parser.args,
    options: Object.fromEntries(options),
  };
}

// `error: unknown option '--ot'\n(Did you mean --out?)` becomes a message and a hint.
function usageError({ message, code }: CommanderError): HeparError {
  const [first, ...rest] = message.replace(/^error: /, "").split("\n");
  const suggestion = rest.join(" ").replace(/^\(|\)$/g, "");
  const isMissing = code.includes("missing");
  return new HeparError(isMissing ? "usage.missing" : "usage.argument", first, {
    hint: suggestion || "hepar --help lists the commands, hepar <command> --help its options",
  });
}
