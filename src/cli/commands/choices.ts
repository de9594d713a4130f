import { choice, positive, text, whole, wholeList, wholeOr } from "../option.ts";

/** Options that several commands share. */
export const seed = wholeOr(1, {
  description: "where chance starts: same seed, same result",
  from: 0,
});

export const lang = choice(["en", "fr"], {
  description: "language of report and figures",
  fallback: "en",
});

/** What may be chosen of a training. */
export const trainOptions = {
  recipe: choice(["demo", "small", "default"], {
    description: "how large the network is and how long it learns",
    fallback: "small",
  }),
  epochs: whole({ description: "in place of the recipe's", from: 1, to: 100_000 }),
  size: whole({
    description: "slices are stretched to n × n for the network, in place of the recipe's",
    from: 16,
    to: 2048,
  }),
  widths: wholeList({
    description: "channels of each stage, in place of the recipe's: 16,32,64 is three stages",
    from: 1,
    to: 4096,
  }),
  batch: whole({ description: "slices a step, in place of the recipe's", from: 1, to: 4096 }),
  rate: positive("highest learning rate, in place of the recipe's"),
  folds: wholeOr(5, {
    description: "the patients are dealt into so many parts",
    from: 2,
    to: 1000,
  }),
  fold: wholeOr(0, { description: "the part that is held out, from 0", from: 0, to: 999 }),
  seed,
  threads: whole({
    description: "processor threads for the network; default: all",
    from: 1,
    to: 1024,
  }),
};

export const modelOption = text("<name>", "a model's name, or the folder of one trained elsewhere");
