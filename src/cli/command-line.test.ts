import { expect, test } from "vitest";
import { HeparError } from "../core/index.ts";
import { type Command, command } from "./command.ts";
import { runCommandLine } from "./command-line.ts";
import { argument, choice, flag, requiredText, wholeOr } from "./option.ts";

const seen: unknown[] = [];

const copy = command({
  name: "copy",
  summary: "copies",
  arguments: { source: argument("what") },
  options: {
    out: requiredText("<folder>", "where"),
    lang: choice(["en", "fr"], { description: "language", fallback: "en" }),
    times: wholeOr(2, { description: "how often", from: 1, to: 9 }),
    dry: flag("only says so"),
  },
  example: "hepar copy a --out b",
  async run(values, { progress }) {
    seen.push(values);
    progress({ kind: "note", message: "copying" });
    if (values.source === "broken") {
      throw new HeparError("nifti.empty", "the file is empty", { file: "/a.nii", hint: "look" });
    }
    if (values.source === "defect") throw new TypeError("x is not a function");
    return { status: 4, json: { made: values.times }, lines: ["copied"] };
  },
});

async function type(line: string, table: readonly Command[] = [copy]) {
  const out: string[] = [];
  const errors: string[] = [];
  const status = await runCommandLine(line.split(" ").filter(Boolean), {
    table,
    terminal: {
      stdout: (text) => out.push(text),
      width: 80,
      colours: false,
      isTerminal: false,
      screen: {
        write: (text) => errors.push(text),
        isTerminal: false,
        columns: () => 80,
        colours: false,
        clock: () => 0,
      },
      version: "1.2.3",
      when: new Date(0),
      signal: new AbortController().signal,
      debug: false,
    },
  });
  return { status, out: out.join(""), errors: errors.join("") };
}

test("values come parsed, with their defaults, and the status is the command's", async () => {
  seen.length = 0;
  expect(await type("copy a --out b --dry")).toEqual({
    status: 4,
    out: "copied\n",
    errors: "copying\n",
  });
  await type("copy a --out b --times 9 --lang fr");
  expect(seen).toEqual([
    { source: "a", out: "b", lang: "en", times: 2, dry: true },
    { source: "a", out: "b", lang: "fr", times: 9, dry: false },
  ]);
});

test("--json is one document, --quiet leaves out progress", async () => {
  const { out, errors } = await type("copy a --out b --json --quiet");
  expect(JSON.parse(out)).toEqual({ command: "copy", status: 4, made: 2 });
  expect(errors).toBe("");
});

test("an error is told with its code, file and hint, and as JSON too", async () => {
  const { status, out, errors } = await type("copy broken --out b --json");
  expect(status).toBe(3);
  expect(errors).toBe(
    "copying\nerror[nifti.empty]: the file is empty\n  file: /a.nii\n  hint: look\n",
  );
  expect(JSON.parse(out)).toEqual({
    command: "copy",
    status: 3,
    error: { code: "nifti.empty", message: "the file is empty", hint: "look", file: "/a.nii" },
  });
});

test("a defect asks for a report, and shows no stack", async () => {
  const { status, errors } = await type("copy defect --out b");
  expect(status).toBe(1);
  expect(errors).toContain("error[defect]: x is not a function");
  expect(errors).toContain("defect of hepar 1.2.3");
  expect(errors).not.toContain("    at ");
});

test.each([
  ["copi a --out b", "unknown command 'copi'", "Did you mean copy?"],
  ["copy a --ot b --out c", "unknown option '--ot'", "Did you mean --out?"],
  ["copy a", "--out <folder>", "--help"],
  ["copy --out b", "source", "--help"],
  ["copy a b --out c", "too many arguments", "--help"],
  ["copy a --out b --times 10", "--times: expected a whole number from 1 to 9", ""],
  ["copy a --out b --times two", 'got "two"', ""],
  ["copy a --out b --lang de", "--lang: expected one of en, fr", ""],
])("%s is wrong usage", async (line, message, hint) => {
  const { status, out, errors } = await type(line);
  expect(status).toBe(2);
  expect(out).toBe("");
  expect(errors).toMatch(/^error\[usage\./);
  expect(errors).toContain(message);
  expect(errors).toContain(hint);
});

test("help and version go to standard output", async () => {
  expect((await type("--version")).out).toBe("1.2.3\n");
  for (const line of ["", "--help", "help"]) {
    const { status, out } = await type(line);
    expect([line, status]).toEqual([line, 0]);
    expect(out).toContain("copy");
  }
  const { status, out } = await type("copy --help");
  expect(status).toBe(0);
  expect(out).toContain("how often (default: 2)");
  expect(out).toContain("hepar copy a --out b");
});
