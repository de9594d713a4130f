import { layoutNames } from "../../catalog/index.ts";
import { sliceOrientations } from "../../slices/index.ts";
import {
  type Argument,
  argument,
  choice,
  optionalChoice,
  positive,
  requiredText,
  share,
  text,
  textOr,
  whole,
  wholeList,
  wholeOr,
  wholeOrAll,
  wordList,
} from "../option.ts";

/** Options that several commands share. */
export const seed = wholeOr(1, {
  description: "where chance starts: same seed, same result",
  from: 0,
});

export const lang = choice(["en", "fr"], {
  description: "language of report and figures",
  fallback: "en",
});

/** Where scans come from. */
export const data: Argument<string | undefined> = {
  description: "folder of scans and masks in a known layout, or one scan; not with --csv",
  optional: true,
  parse: (typed) => typed,
};

/** Where hepar's files go. */
export const out = requiredText(
  "<cohort>",
  "the cohort folder: new, empty, or made by hepar before",
);

/** What else may be said of it. */
export const dataOptions = {
  layout: optionalChoice(layoutNames, "which layout, where the folder holds more than one"),
  csv: text("<file>", "a table of the cases, in place of a folder: columns case, scan, mask"),
};

/** A condition on the catalogue's rows. */
export const where = text(
  "<sql>",
  'shows only the rows for which it holds: "has_tumour and tumour_percent_of_liver > 5"; the files hold all',
);

/** How slices are cut. */
export const orientation = optionalChoice(
  sliceOrientations,
  "how slices are cut: radiological, from the header (default), or notebook, np.rot90 of the stored array, to compare with the LiTS notebooks; a cohort stays as it was converted",
);

/** What may be chosen of a recipe. */
const recipeOptions = {
  recipe: textOr("small", {
    placeholder: "<recipe>",
    description:
      "network and training: demo, small, default, accurate, notebook (see hepar recipes), or a JSON file",
  }),
  epochs: whole({ description: "in place of the recipe's", from: 1, to: 100_000 }),
  arch: optionalChoice(
    ["unet", "unet2015", "resnet34-unet"],
    "another network than the recipe's, at its usual widths",
  ),
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
  batch: whole({
    description: "slices in memory at once, in place of the recipe's",
    from: 1,
    to: 4096,
  }),
  accumulate: whole({
    description: "batches whose mean gradient one step takes, in place of the recipe's",
    from: 1,
    to: 4096,
  }),
  rate: positive("highest learning rate, in place of the recipe's"),
  watch: share(
    "share of the patients to learn from that is set aside to choose the best epoch by, such as 0.2",
  ),
  patience: whole({
    description: "epochs without a better one after which training stops; with --watch",
    from: 1,
    to: 100_000,
  }),
};

/** What may be chosen of a training. */
export const trainOptions = {
  ...recipeOptions,
  encoderWeights: text(
    "<file>",
    "what a resnet34-unet's encoder starts from: torchvision's resnet34, .pth or .safetensors",
  ),
  folds: whole({
    description: "the patients are dealt into so many parts; default: 5",
    from: 2,
    to: 1000,
  }),
  fold: wholeOrAll({
    description: "the part that is held out, from 0, or all: a network for each; default: 0",
    from: 0,
    to: 999,
  }),
  holdOut: wordList("the cases to hold out, by name or number, in place of a fold: 4,11,22"),
  seed,
  threads: whole({
    description: "processor threads for the network; default: all",
    from: 1,
    to: 1024,
  }),
};

/** The argument of commands that work on a cohort. */
export const cohort = argument("a cohort folder, made by hepar run or hepar catalog");

export const modelOption = text("<name>", "a model's name, or the folder of one trained elsewhere");

export const scoreMode = choice(["usual", "lits"], {
  description: "lits: the numbers of the official LiTS scorer, too",
  fallback: "usual",
});
