/** Where things lie in a cohort folder: relative, with forward slashes. */
export const layout = {
  catalog: "catalog.parquet",
  catalogCsv: "catalog.csv",
  lesions: "lesions.parquet",
  lesionsCsv: "lesions.csv",
  slices: "slices/slices.parquet",
  sliceDifferences: "slices/differences.csv",
  splits: "splits.json",
  report: "report/index.html",
  figures: "report/figures",
  imagesOf: (name: string) => `slices/images/${name}`,
  masksOf: (name: string) => `slices/masks/${name}`,
  model: (model: string) => `models/${model}`,
  /** Within the folder of a model of several networks. */
  networksFile: "networks.json",
  /** Within a model's folder: what the scans were like that it learned from. */
  trainingFacts: "facts.json",
  /** Within a model's folder: how likely its lesions are real. */
  lesionCalibration: "lesions.json",
  prediction: (model: string, name: string) => `predictions/${model}/${name}.nii.gz`,
  /** What was chosen, what was done and what to know of a prediction. */
  predictionRecord: (model: string, name: string) => `predictions/${model}/${name}.json`,
  predictionMap: (model: string, name: string, map: string) =>
    `predictions/${model}/${name}-${map}.nii.gz`,
  predictionChoices: (model: string) => `predictions/${model}/choices.json`,
  predictedSlices: (model: string, name: string) => `predictions/${model}/slices/${name}`,
  scores: (model: string) => `evaluation/${model}/cases.csv`,
  scoresParquet: (model: string) => `evaluation/${model}/cases.parquet`,
  lesionScores: (model: string) => `evaluation/${model}/lesions.csv`,
  lesionScoresParquet: (model: string) => `evaluation/${model}/lesions.parquet`,
  summary: (model: string) => `evaluation/${model}/summary.json`,
  litsScores: (model: string) => `evaluation/${model}/lits.json`,
  comparison: (model: string, against: string) => `evaluation/${model}/against-${against}.json`,
  run: (when: string, command: string) => `runs/${when}-${command}.json`,
  /** What makes steps resumable; nobody needs to read it. */
  own: ".hepar",
  lock: ".hepar/lock",
  stamp: (step: string) => `.hepar/steps/${step}.json`,
  stamps: (step: string) => `.hepar/steps/${step}`,
} as const;
