import type { RunContext } from "../cohort/index.node.ts";
import { HeparError } from "../core/index.ts";
import { type ArgumentTable, flagOf, type OptionTable, type ValuesOf } from "./option.ts";

/** How a command ended. */
export interface CommandResult {
  readonly status: number;
  /** The document of `--json`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What people read, one line each. */
  readonly lines: readonly string[];
}

/** What a command is given besides its own arguments: time, progress and the wish to stop. */
export interface Surroundings
  extends Pick<RunContext, "version" | "arguments" | "when" | "clock" | "progress" | "signal"> {
  /** Characters in a line of what people read. */
  readonly width: number;
  /** Whether that line may be coloured. */
  readonly colours: boolean;
  /** Whether people read it as it comes, so that long tables are shortened. */
  readonly isTerminal: boolean;
}

/** One row of the command table: it feeds the parser, `--help`, docs/cli.md and `hepar info`. */
export interface Command {
  readonly name: string;
  /** One line, what it does. */
  readonly summary: string;
  readonly arguments: ArgumentTable;
  readonly options: OptionTable;
  readonly example: string;
  readonly run: (typed: Typed, around: Surroundings) => Promise<CommandResult>;
}

/** What was typed, by name, not yet parsed; a flag that was given is the empty text. */
export interface Typed {
  readonly arguments: Readonly<Record<string, string | undefined>>;
  /** All arguments as they stand, for one that takes many. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
}

interface Row<Arguments extends ArgumentTable, Options extends OptionTable> {
  readonly name: string;
  readonly summary: string;
  readonly arguments: Arguments;
  readonly options: Options;
  readonly example: string;
  readonly run: (
    values: ValuesOf<Arguments> & ValuesOf<Options>,
    around: Surroundings,
  ) => Promise<CommandResult>;
}

/** A row whose `run` gets its arguments and options parsed, with the types that they declare. */
export function command<Arguments extends ArgumentTable, Options extends OptionTable>(
  row: Row<Arguments, Options>,
): Command {
  return {
    ...row,
    run: (typed, around) =>
      row.run(
        {
          ...parseTable(row.arguments, {
            typed: typed.arguments,
            words: typed.words,
            written: (name) => name,
          }),
          ...parseTable(row.options, { typed: typed.options, words: [], written: flagOf }),
        },
        around,
      ),
  };
}

function parseTable<Table extends OptionTable | ArgumentTable>(
  table: Table,
  from: {
    readonly typed: Typed["options"];
    readonly words: readonly string[];
    readonly written: (name: string) => string;
  },
): ValuesOf<Table> {
  const values = Object.entries(table).map(([name, { parse }], place) => {
    try {
      return [name, parse(from.typed[name], from.words.slice(place))];
    } catch (thrown) {
      if (!(thrown instanceof HeparError)) throw thrown;
      throw new HeparError(thrown.code, `${from.written(name)}: ${thrown.message}`);
    }
  });
  return Object.fromEntries(values) as ValuesOf<Table>; // one value for each name of the table
}
