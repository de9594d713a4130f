import { join } from "node:path";
import { HeparError, type Progress, randomFrom, silent } from "../core/index.ts";
import { writeJson } from "../files/index.node.ts";
import { writeNifti } from "../volume/index.node.ts";
import { makePhantom, type Phantom, type PhantomTruth } from "./phantom.ts";

export interface PhantomCohortOptions {
  readonly cases: number;
  readonly seed: number | string;
  /** Columns and rows; default 512. */
  readonly width?: number | undefined;
  /** Slices; default 36 to 44, by case. */
  readonly depth?: number | undefined;
  /** `.nii.gz` instead of `.nii`. */
  readonly gzip?: boolean;
  /** Share of the cases that have no tumour, 0 to 1, spread evenly; default 0.15. */
  readonly withoutTumour?: number;
  readonly progress?: Progress;
  /** Stops after the case at hand. */
  readonly signal?: AbortSignal | undefined;
}

/** What `truth.json` holds of a case. */
export interface CohortTruth extends PhantomTruth {
  /** The name that `hepar catalog` gives it, such as `volume-0`. */
  readonly case: string;
  /** Paths relative to the folder. */
  readonly scan: string;
  readonly mask: string;
}

/** Kaggle's copy of LiTS has its 131 volumes in several folders, of about this many cases. */
const casesPerPart = 50;

/** Orientations met in LiTS, and one with the slices stored first to last. */
const orientations = ["LAS", "RAS", "LPS", "RPI"] as const;

/**
 * Writes phantoms in the layout of Kaggle's LiTS: `volume_pt1/volume-0.nii`, …,
 * `segmentations/segmentation-0.nii`, and their exact answers in `truth.json`.
 *
 * A case follows from the seed and its number alone, so that more cases change none before them.
 *
 * @returns what `truth.json` holds; [] for no cases
 * @throws `output.full`, `output.unwritable`; `run.stopped` by the signal
 */
export async function writePhantomCohort(
  folder: string,
  options: PhantomCohortOptions,
): Promise<readonly CohortTruth[]> {
  const { cases, progress = silent } = options;
  const step = "phantom";
  const truths: CohortTruth[] = [];
  const writeTruth = (): Promise<void> =>
    writeJson(join(folder, "truth.json"), { seed: String(options.seed), cases: truths });
  // At once, so that a folder whose making was stopped is known as ours.
  await writeTruth();
  progress({ kind: "start", step, total: cases, unit: "cases" });
  for (let index = 0; index < cases; index++) {
    if (options.signal?.aborted) {
      throw new HeparError("run.stopped", `stopped after ${index} of ${cases} phantoms`, {
        hint: "give the same command again",
      });
    }
    const { scan, mask, truth } = makeCase(index, options);
    const ending = options.gzip ? "nii.gz" : "nii";
    const part = Math.floor(index / casesPerPart) + 1;
    const files = {
      scan: `volume_pt${part}/volume-${index}.${ending}`,
      mask: `segmentations/segmentation-${index}.${ending}`,
    };
    await writeNifti(join(folder, files.scan), scan);
    await writeNifti(join(folder, files.mask), mask);
    truths.push({ case: `volume-${index}`, ...files, ...truth });
    progress({ kind: "advance", step, done: index + 1 });
  }
  await writeTruth();
  progress({ kind: "end", step });
  return truths;
}

function makeCase(index: number, options: PhantomCohortOptions): Phantom {
  const { seed, width = 512, depth, withoutTumour = 0.15 } = options;
  const random = randomFrom(seed).fork(`case ${index}`);
  const slices = depth ?? 36 + random.fork("depth").below(9);
  const orientation = orientations[random.fork("orientation").below(orientations.length)];
  const phase = randomFrom(seed).fork("without tumour").next();
  return makePhantom({
    seed: `${seed}/case ${index}`,
    dims: [width, width, slices],
    orientation,
    ...(hasNoTumour(index, { share: withoutTumour, phase }) ? { lesions: 0 } : {}),
  });
}

/** Spreads a share evenly: of any n cases in a row, share · n have none, give or take one. */
const hasNoTumour = (
  index: number,
  { share, phase }: { readonly share: number; readonly phase: number },
): boolean => Math.floor((index + 1) * share + phase) > Math.floor(index * share + phase);
