import { counted, HeparError } from "../../core/index.ts";
import type { Recipe } from "../../train/index.ts";
import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { flag, requiredText } from "../option.ts";
import { resultOf } from "../outcome-text.ts";
import { cohort, lang, trainOptions } from "./choices.ts";

// Loaded when a command runs, so that help comes at once.
const cohorts = () => import("../../cohort/index.node.ts");

const model = requiredText("<name>", "the model's name, a folder in the cohort's models/");

export const train = command({
  name: "train",
  summary: "trains a network on the cases with masks, but for the held-out patients",
  arguments: { cohort },
  options: {
    model,
    ...trainOptions,
    resume: flag("goes on where a stopped training of that name is; this is what it does anyway"),
    restart: flag("starts again, whatever an earlier training of that name has reached"),
  },
  example: "hepar train ~/lits-cohort --model wide --recipe default",
  async run({ resume: _always, cohort, ...choices }, around) {
    const { trainCohort } = await cohorts();
    const context = { ...around, command: "train" };
    const outcome = await trainCohort({ ...choices, cohort }, context);
    const { model } = choices;
    return resultOf(outcome, { json: { model }, lines: [`model: ${cohort}/models/${model}`] });
  },
});

export const findRate = command({
  name: "find-rate",
  summary: "suggests a learning rate: a short training in which it grows, thrown away again",
  arguments: { cohort },
  options: { model, ...trainOptions, lang },
  example: "hepar find-rate ~/lits-cohort --model wide --recipe default",
  async run({ cohort, lang, ...choices }, around) {
    const { findCohortRate } = await cohorts();
    const context = { ...around, command: "find-rate" };
    const outcome = await findCohortRate({ ...choices, cohort, language: lang }, context);
    const { suggestions, points, files } = outcome.result;
    const rate = (value: number | null): string =>
      value === null ? "none: the loss never fell" : `--rate ${value.toPrecision(2)}`;
    return resultOf(outcome, {
      json: { model: choices.model, suggestions, points, files },
      lines: [
        `valley   ${rate(suggestions.valley)}`,
        `steepest ${rate(suggestions.steep)}`,
        ...files.map((file) => `${cohort}/${file}`),
      ],
    });
  },
});

/** The command that prints recipes, to choose from or to start one's own from. */
export const recipesCommand = command({
  name: "recipes",
  summary: "the built-in recipes; one by its name as a JSON file to change and train with",
  arguments: {
    recipe: {
      description: "a built-in recipe's name",
      optional: true,
      parse: (typed: string | undefined) => typed,
    },
  },
  options: {},
  example: "hepar recipes accurate > mine.json",
  async run({ recipe: name }) {
    const { recipes } = await import("../../train/index.ts");
    const all: readonly Recipe[] = Object.values(recipes);
    const chosen = all.filter((recipe) => name === undefined || recipe.name === name);
    if (chosen.length === 0) {
      throw new HeparError("usage.argument", `there is no recipe ${name}`, {
        hint: `they are ${all.map((recipe) => recipe.name).join(", ")}`,
      });
    }
    return {
      status: exitStatus.done,
      json: { recipes: chosen },
      lines:
        name === undefined
          ? all.flatMap(recipeLines)
          : JSON.stringify(chosen[0], null, 2).split("\n"),
    };
  },
});

function recipeLines({ name, about, ...recipe }: Recipe): string[] {
  const { network, imageSize, neighbours, batchSize, epochs, learningRate } = recipe;
  const widths = "widths" in network ? ` ${network.widths.join("-")}` : "";
  const slices = neighbours === 0 ? "" : `, ${2 * neighbours + 1} slices`;
  return [
    `${name.padEnd(10)}${about}`,
    `          ${network.architecture}${widths}, ${imageSize} × ${imageSize}${slices}, batches of ${batchSize}, ${counted(epochs, "epoch")}, rate ${learningRate}`,
  ];
}
