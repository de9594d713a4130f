import { realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { findCases } from "../catalog/index.node.ts";
import { HeparError, toHeparError } from "../core/index.ts";
import { makeFolder } from "../files/index.node.ts";
import { openNetwork, type Prediction, predictFile } from "../predict/index.node.ts";
import type { Calibration, LoadedNetwork } from "../predict/index.ts";
import { calibrationOf } from "./calibrate.node.ts";
import { exists } from "./folder.node.ts";
import { networksOf, requireModel } from "./model.node.ts";
import type { PredictionRequest } from "./prediction-request.node.ts";
import { type RunContext, requireGoing } from "./run.node.ts";
import { type TrainingFacts, trainingFactsOf } from "./training-facts.node.ts";

/** A single scan's mask. */
export interface ScanPrediction extends Prediction {
  readonly scan: string;
  /** Absolute path of the mask, on the scan's own grid. */
  readonly mask: string;
}

/** A scan that could not be predicted. */
export interface ScanFailure {
  readonly scan: string;
  readonly error: HeparError;
}

interface ScanRequest extends PredictionRequest {
  /** The folder of a trained model; of several networks, their mean predicts. */
  readonly model: string;
  readonly threads?: number | undefined;
}

/**
 * A trained model's mask of one scan, outside any cohort.
 *
 * @param options.out - the mask to write, its name ending in `.nii.gz`, in place of what is there;
 *   not given: a new file beside the scan
 * @throws `model.missing`, `model.invalid`; `usage.argument` when the mask cannot go there; what the
 *   scan's reading throws; `scan.not-ct`; `run.stopped`
 */
export async function predictScan(
  options: ScanRequest & { readonly scan: string; readonly out?: string | undefined },
  context: Pick<RunContext, "signal">,
): Promise<ScanPrediction> {
  const scan = resolve(options.scan);
  const mask = await requireMaskPath(scan, options.out);
  return withNetworks(options, context, async (networks, known) => {
    const how = { ...options, ...context, ...known, networks };
    const made = await predictFile(scan, { ...how, out: mask });
    return { scan, mask, ...made };
  });
}

/**
 * A trained model's masks of several scans, or of all in a folder (in a layout that `catalog` knows),
 * outside any cohort. A scan that fails is among the failures, and the others go on.
 *
 * @param options.scans - files, or one folder
 * @param options.out - the folder for the masks, each named as its scan and ending in `.nii.gz`
 * @throws `model.missing`, `model.invalid`; `usage.argument` when two scans have one name, or a mask
 *   would take a scan's place; `run.stopped`, `output.full`
 */
export async function predictScans(
  options: ScanRequest & { readonly scans: readonly string[]; readonly out: string },
  context: Pick<RunContext, "signal" | "progress">,
): Promise<{
  readonly predictions: readonly ScanPrediction[];
  readonly failures: readonly ScanFailure[];
}> {
  const scans = await scansOf(options.scans);
  const out = resolve(options.out);
  const masks = await requireMaskPaths(scans, out);
  return withNetworks(options, context, async (networks, known) => {
    const how = { ...options, ...context, ...known, networks };
    await makeFolder(out);
    const predictions: ScanPrediction[] = [];
    const failures: ScanFailure[] = [];
    for (const [n, scan] of scans.entries()) {
      requireGoing(context);
      const mask = masks[n];
      try {
        const made = await predictFile(scan, { ...how, out: mask });
        predictions.push({ scan, mask, ...made });
      } catch (thrown) {
        const error = toHeparError(thrown);
        if (fatal.has(error.code)) throw error;
        failures.push({ scan, error });
      }
      context.progress({ kind: "note", message: `${n + 1} of ${scans.length}: ${basename(scan)}` });
    }
    return { predictions, failures };
  });
}

/** What the next scan would not escape either. */
const fatal = new Set(["run.stopped", "output.full", "output.unwritable", "model.invalid"]);

async function withNetworks<Result>(
  { model, threads }: ScanRequest,
  context: Pick<RunContext, "signal">,
  work: (
    networks: readonly LoadedNetwork[],
    known: { readonly calibration: Calibration | undefined; readonly training: TrainingFacts },
  ) => Promise<Result>,
): Promise<Result> {
  const place = await requireModel(resolve("."), model);
  requireGoing(context);
  const networks: LoadedNetwork[] = [];
  try {
    for (const { folder } of networksOf(place))
      networks.push(await openNetwork(folder, { threads }));
    return await work(networks, {
      calibration: await calibrationOf(place),
      training: await trainingFactsOf(place),
    });
  } finally {
    for (const { session } of networks) await session.release();
  }
}

async function scansOf(typed: readonly string[]): Promise<readonly string[]> {
  const [only] = typed;
  const isFolder = (await stat(only).catch(() => undefined))?.isDirectory() ?? false;
  if (typed.length > 1 || !isFolder) return typed.map((path) => resolve(path));
  const { cases } = await findCases(resolve(only), {});
  return cases.map(({ scanPath }) => scanPath);
}

const stemOf = (path: string): string => basename(path).replace(/\.nii(\.gz)?$/, "");

async function requireMaskPaths(scans: readonly string[], out: string): Promise<readonly string[]> {
  const masks = scans.map((scan) => join(out, `${stemOf(scan)}.nii.gz`));
  const twice = masks.find((mask, n) => masks.indexOf(mask) !== n);
  if (twice !== undefined) {
    throw new HeparError("usage.argument", `two scans have one name: ${stemOf(twice)}`, {
      hint: "make a cohort of them: hepar catalog <data> --out <cohort>",
    });
  }
  for (const [n, mask] of masks.entries()) await requireElsewhere(scans[n], mask);
  return masks;
}

const refused = (message: string, file: string): HeparError =>
  new HeparError("usage.argument", message, {
    file,
    hint: "name another place for the masks with --out; nothing was changed",
  });

// By the file itself: links and other spellings lead to the same scan.
async function requireElsewhere(scan: string, out: string): Promise<void> {
  const place = (path: string): Promise<string> => realpath(path).catch(() => path);
  if ((await place(out)) === (await place(scan))) {
    throw refused("the mask would take the place of the scan", out);
  }
}

// A file that nobody named may be somebody's work.
async function requireMaskPath(scan: string, typed: string | undefined): Promise<string> {
  const out = resolve(typed ?? `${scan.replace(/\.nii(\.gz)?$/, "")}-mask.nii.gz`);
  if (!/\.nii\.gz$/.test(out)) {
    throw refused(`the mask's name must end in .nii.gz, got ${out}`, out);
  }
  await requireElsewhere(scan, out);
  if (typed === undefined && (await exists(out))) throw refused(`${out} is there already`, out);
  return out;
}
