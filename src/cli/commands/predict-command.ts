import { stat } from "node:fs/promises";
import { join } from "node:path";
import { counted, HeparError } from "../../core/index.ts";
import type { PredictedLesion, PredictionChoices } from "../../predict/index.ts";
import { type CommandResult, command, type Surroundings } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import {
  flag,
  manyArguments,
  type Option,
  optionalChoice,
  requiredText,
  text,
  whole,
} from "../option.ts";
import { resultOf } from "../outcome-text.ts";
import { cohort, modelOption } from "./choices.ts";

// Loaded when a command runs, so that help comes at once.
const cohorts = () => import("../../cohort/index.node.ts");

const onOff = (description: string): Option<boolean | undefined> => {
  const { parse, ...option } = optionalChoice(["on", "off"], description);
  return {
    ...option,
    parse(typed) {
      const word = parse(typed);
      return word === undefined ? undefined : word === "on";
    },
  };
};

/** A number from 0 up, below a limit; undefined when not given. */
const fromZero = (
  placeholder: string,
  description: string,
  { below = Number.POSITIVE_INFINITY }: { readonly below?: number } = {},
): Option<number | undefined> => ({
  placeholder,
  description,
  parse(typed) {
    if (typed === undefined) return undefined;
    const value = Number(typed);
    if (typed.trim() !== "" && value >= 0 && value < below) return value;
    const range = Number.isFinite(below) ? `from 0 and below ${below}` : "of 0 or more";
    throw new HeparError("usage.argument", `expected a number ${range}, got "${typed}"`);
  },
});

const within = fromZero("<mm>", "");

const choiceOptions = {
  overlap: fromZero(
    "<x>",
    "share of a patch that the next one sees again, from 0; default: the model's",
    {
      below: 1,
    },
  ),
  weights: optionalChoice(
    ["gaussian", "constant"],
    "how overlapping patches are weighed: a Gaussian of σ = an eighth of the patch, or alike; default: the model's",
  ),
  mirror: onOff("whether mirror images are seen too and their mean counts; default: the model's"),
  largestLiver: onOff(
    "whether only the largest connected part of liver and tumour stays; default: the model's",
  ),
  tumourWithinMm: {
    placeholder: "<mm>",
    description:
      "tumours apart from the liver stay when they come so near, and are background else; or off; default: the model's",
    parse: (typed: string | undefined) => (typed === "off" ? null : within.parse(typed)),
  },
  smallestTumourMl: fromZero("<millilitres>", "tumours below become liver; default: the model's"),
  air: flag("runs patches of nothing but air too; else they are background"),
};

const mapOptions = {
  probabilities: flag("writes maps of the probability of liver and of tumour beside each mask"),
  entropy: flag("writes a map of how unsure each voxel is, 0 to 1, beside each mask"),
};

export const predictCommand = command({
  name: "predict",
  summary: "a trained model's masks, on the scans' own grids",
  arguments: {
    targets: manyArguments(
      "a cohort folder, one scan (.nii, .nii.gz), several, or a folder of scans with --out",
    ),
  },
  options: {
    model: requiredText("<name>", `${modelOption.description}, or imported`),
    out: text(
      "<path>",
      "for one scan: the mask to write (.nii.gz), by default a new file beside it; for several: a folder",
    ),
    ...choiceOptions,
    ...mapOptions,
    threads: whole({
      description: "processor threads for the network; default: all",
      from: 1,
      to: 1024,
    }),
  },
  example: "hepar predict scan.nii.gz --model ~/lits-cohort/models/unet --out mask.nii.gz",
  async run({ targets, model, out, threads, probabilities, entropy, ...choices }, around) {
    const request = { model, threads, choices, maps: { probabilities, entropy } };
    const [target] = targets;
    const kind = await kindOf(target);
    if (targets.length === 1 && kind === "scan") {
      return predictOne({ ...request, scan: target, out }, around);
    }
    if (targets.length > 1 || (kind === "folder" && out !== undefined)) {
      return predictMany({ ...request, scans: targets, out }, around);
    }
    if (out !== undefined) {
      throw new HeparError("usage.argument", "--out: names masks of scans, not of a cohort", {
        hint: "a cohort's masks go to predictions/ in its folder",
      });
    }
    return predictAll({ ...request, cohort: target }, around);
  },
});

export const calibrateCommand = command({
  name: "calibrate",
  summary:
    "learns how likely the lesions that a model predicts are real; predict then says so of each",
  arguments: { cohort },
  options: { model: requiredText("<name>", modelOption.description) },
  example: "hepar calibrate ~/lits-cohort --model wide",
  async run({ cohort, model }, around) {
    const { calibrateCohort } = await cohorts();
    const context = { ...around, command: "calibrate" };
    const outcome = await calibrateCohort({ cohort, model }, context);
    const { lesions, patients, fittedOn, reliability } = outcome.result;
    return resultOf(outcome, {
      json: { model, calibration: outcome.result },
      lines: [
        `learned from ${lesions} predicted lesions of ${patients} patients (${fittedOn})`,
        reliability === null
          ? "not measured: there is no other patient to measure it on"
          : `on ${reliability.lesions} lesions of patients that it did not see, ${reliability.real} of them real: Brier ${reliability.brier.toFixed(3)} (a constant ${reliability.brierOfConstant.toFixed(3)}), ECE ${reliability.ece.toFixed(3)}`,
      ],
    });
  },
});

type Kind = "cohort" | "folder" | "scan" | "absent";

async function kindOf(target: string): Promise<Kind> {
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory()) {
    const isCohort = await stat(join(target, "catalog.parquet")).catch(() => undefined);
    return isCohort === undefined ? "folder" : "cohort";
  }
  // By its name, so that a scan that is not there is missed as a scan.
  return /\.nii(\.gz)?$/.test(target) ? "scan" : "absent";
}

interface Request {
  readonly model: string;
  readonly threads: number | undefined;
  readonly choices: PredictionChoices;
  readonly maps: { readonly probabilities: boolean; readonly entropy: boolean };
}

async function predictAll(
  { cohort, model, choices, maps }: Request & { readonly cohort: string },
  around: Surroundings,
): Promise<CommandResult> {
  const { predictCohort } = await cohorts();
  const context = { ...around, command: "predict" };
  const outcome = await predictCohort({ cohort, model, request: { choices, maps } }, context);
  const { model: name, predictions, tumourFree } = outcome.result;
  return resultOf(outcome, {
    json: { model: name, predictions, tumourFree },
    lines: [
      `masks: ${cohort}/predictions/${name}`,
      ...(tumourFree === null
        ? []
        : [
            `of ${counted(tumourFree.scans, "scan")} without a tumour, one was found in ${tumourFree.scansWithTumour}`,
          ]),
    ],
  });
}

async function predictOne(
  request: Request & { readonly scan: string; readonly out: string | undefined },
  around: Surroundings,
): Promise<CommandResult> {
  const { predictScan } = await cohorts();
  const prediction = await predictScan(request, around);
  return {
    status: exitStatus.done,
    json: { ...prediction },
    lines: [`mask: ${prediction.mask}`, ...noteLines(prediction)],
  };
}

async function predictMany(
  {
    out,
    ...request
  }: Request & { readonly scans: readonly string[]; readonly out: string | undefined },
  around: Surroundings,
): Promise<CommandResult> {
  if (out === undefined) {
    throw new HeparError("usage.missing", "--out: several scans need a folder for their masks", {
      hint: "name one with --out <folder>",
    });
  }
  const { predictScans } = await cohorts();
  const { predictions, failures } = await predictScans({ ...request, out }, around);
  const [first] = failures;
  const failed = predictions.length === 0 && first !== undefined;
  return {
    status: failed
      ? exitStatus.input
      : first === undefined
        ? exitStatus.done
        : exitStatus.someFailed,
    json: {
      predictions,
      failures: failures.map(({ scan, error }) => ({ scan, error: error.toJSON() })),
    },
    lines: [
      ...predictions.flatMap((made) => [`mask: ${made.mask}`, ...noteLines(made)]),
      ...failures.map(({ scan, error }) => `failed: ${scan}: ${error.message}`),
    ],
  };
}

const noteLines = ({
  warnings,
  lesions = [],
}: {
  readonly warnings: readonly { readonly message: string }[];
  readonly lesions?: readonly PredictedLesion[];
}): string[] => [
  ...warnings.map(({ message }) => `  warning: ${message}`),
  ...lesions.map(({ lesion, voxels, volumeMl, probability }) => {
    const size = volumeMl === null ? `${voxels} voxels` : `${volumeMl.toFixed(2)} mL`;
    return `  lesion ${lesion}: ${size}, real with probability ${probability?.toFixed(2) ?? "unknown"}`;
  }),
];
