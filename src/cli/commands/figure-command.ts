import { type FigureName, figureNames, figureTable } from "../../cohort/index.ts";
import { HeparError } from "../../core/index.ts";
import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { type Argument, flag, text, whole, wordList } from "../option.ts";
import { lang, modelOption } from "./choices.ts";

const sources = {
  cohort: "a cohort",
  model: "a cohort's model",
  case: "a case of a cohort, or a scan and its masks",
} as const;

/** The command that draws one figure alone. */
export const figureCommand = command({
  name: "figure",
  summary: "one figure of a cohort, a model or a scan, as SVG for print or PNG for slides",
  arguments: {
    name: {
      description: "which figure: see --list",
      optional: true,
      parse: (typed) => typed,
    } satisfies Argument<string | undefined>,
    targets: {
      description: "a cohort folder; or a scan (.nii, .nii.gz), its mask, a prediction",
      optional: true,
      many: true,
      parse: (_first, words) => words,
    } satisfies Argument<readonly string[]>,
  },
  options: {
    list: flag("tells every figure's name and what it is drawn from"),
    out: text("<file>", "where to: .svg or .png"),
    case: text("<name>", "which case of a cohort; default: the one with the most tumour"),
    model: text(
      "<name>",
      `${modelOption.description}; lesions and liver are then those of its prediction`,
    ),
    columns: wordList("of the dataframe: case,depth,liver_ml"),
    lang,
    dark: flag("light on dark"),
    width: whole({
      description: "pixels; default: the figure's own, twice it for a PNG",
      from: 100,
      to: 10_000,
    }),
  },
  example: "hepar figure lesions ~/lits-cohort --case volume-4 --out lesions.svg",
  async run({ list, name, targets, out, lang, dark, ...choices }) {
    if (list) return listed();
    const [figure, path] = [requireName(name), requireOut(out)];
    if (targets.length === 0) {
      throw new HeparError(
        "usage.missing",
        `${figure} is drawn from ${sources[figureTable[figure].from]}`,
        {
          hint: `hepar figure ${figure} <cohort or scan> --out <file>`,
        },
      );
    }
    const { makeFigure } = await import("../../cohort/index.node.ts");
    const { title, text } = await makeFigure({
      ...choices,
      name: figure,
      targets,
      out: path,
      language: lang,
      theme: dark ? "dark" : "light",
    });
    return {
      status: exitStatus.done,
      json: { figure, file: path, title, text },
      lines: [`${title}: ${text}`, `figure: ${path}`],
    };
  },
});

function listed() {
  const widest = Math.max(...figureNames.map((name) => name.length));
  return {
    status: exitStatus.done,
    json: { figures: figureNames.map((name) => ({ name, ...figureTable[name] })) },
    lines: figureNames.map((name) => {
      const { about, from, after } = figureTable[name];
      return `${name.padEnd(widest)}  ${about} (from ${sources[from]}, after hepar ${after})`;
    }),
  };
}

function requireName(typed: string | undefined): FigureName {
  const name = figureNames.find((candidate) => candidate === typed);
  if (name !== undefined) return name;
  const message = typed === undefined ? "which figure?" : `there is no figure ${typed}`;
  const code = typed === undefined ? "usage.missing" : "usage.argument";
  throw new HeparError(code, message, { hint: `they are ${figureNames.join(", ")}` });
}

function requireOut(typed: string | undefined): string {
  if (typed !== undefined) return typed;
  throw new HeparError("usage.missing", "--out: expected a file ending in .svg or .png", {
    hint: "hepar figure <name> <cohort or scan> --out <file>",
  });
}
