/** What a figure is drawn from. */
export type FigureSource =
  /** A cohort's tables. */
  | "cohort"
  /** A cohort's model: its training, predictions or scores. */
  | "model"
  /** One case: of a cohort, or a scan and its masks by their paths. */
  | "case";

export interface FigureRow {
  /** What it shows, in one line. */
  readonly about: string;
  readonly from: FigureSource;
  /** The command that makes what it is drawn from. */
  readonly after:
    | "catalog"
    | "study"
    | "train"
    | "find-rate"
    | "predict"
    | "evaluate"
    | "calibrate";
}

/** Every figure by its name, in the order in which they are listed. */
export const figureTable = {
  dataframe: {
    about: "the catalogue's first rows as a table, in columns of your choice",
    from: "cohort",
    after: "catalog",
  },
  "slices-per-scan": { about: "how many slices each scan has", from: "cohort", after: "catalog" },
  "tumour-percentage": {
    about: "tumour in percent of the liver and of all voxels, by scan",
    from: "cohort",
    after: "study",
  },
  "lesion-volumes": { about: "distribution of the lesions' sizes", from: "cohort", after: "study" },
  "lesion-diameters": {
    about: "distribution of the lesions' longest axial diameters",
    from: "cohort",
    after: "study",
  },
  "tumour-burden": {
    about: "distribution of tumour in percent of the liver",
    from: "cohort",
    after: "study",
  },
  "liver-volumes": { about: "distribution of the livers' volumes", from: "cohort", after: "study" },
  "tumour-volumes": {
    about: "distribution of tumour volume per scan",
    from: "cohort",
    after: "study",
  },
  intensities: { about: "HU of liver and tumour, by scan", from: "cohort", after: "study" },
  original: {
    about: "a slice beside its mask, on the slice with the most tumour",
    from: "case",
    after: "catalog",
  },
  channels: {
    about: "the preprocessed slice, and each of its three channels",
    from: "case",
    after: "catalog",
  },
  lesions: {
    about:
      "contact sheet of a mask's lesions, largest first, with calipers where they were measured",
    from: "case",
    after: "study",
  },
  "liver-3d": {
    about: "the liver as glass with its lesions, from the front, the left and the feet",
    from: "case",
    after: "catalog",
  },
  agreement: {
    about: "prediction beside reference: agreement, missed and invented, for liver and tumour",
    from: "case",
    after: "predict",
  },
  loss: { about: "loss of each epoch", from: "model", after: "train" },
  "held-out-dice": {
    about: "Dice on held-out patients after each epoch",
    from: "model",
    after: "train",
  },
  "set-aside-dice": {
    about: "Dice on the patients that chose the epoch",
    from: "model",
    after: "train",
  },
  "learning-rate": { about: "learning rate of each epoch", from: "model", after: "train" },
  "rate-finder": { about: "the learning-rate finder's curve", from: "model", after: "find-rate" },
  "dice-per-case": { about: "Dice of liver and tumour, by case", from: "model", after: "evaluate" },
  "best-and-worst": {
    about: "the cases with the best and the worst tumour Dice, in pictures",
    from: "model",
    after: "evaluate",
  },
  "bland-altman-liver": {
    about: "predicted and reference liver volume: bias and limits of agreement",
    from: "model",
    after: "evaluate",
  },
  "bland-altman-tumour": {
    about: "predicted and reference tumour volume: bias and limits of agreement",
    from: "model",
    after: "evaluate",
  },
  "f1-by-size": {
    about: "F1 of detecting lesions of < 10, 10–20 and > 20 mm",
    from: "model",
    after: "evaluate",
  },
  calibration: {
    about: "predicted probability that a lesion is real against the share that is",
    from: "model",
    after: "calibrate",
  },
} as const satisfies Record<string, FigureRow>;

export type FigureName = keyof typeof figureTable;
export const figureNames = Object.keys(figureTable) as readonly FigureName[];
