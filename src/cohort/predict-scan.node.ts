import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { catalogueCase } from "../catalog/index.node.ts";
import { HeparError } from "../core/index.ts";
import { writeError } from "../files/index.node.ts";
import { openModel, predictCase } from "../predict/index.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { requireModel } from "./model.node.ts";
import { type RunContext, requireGoing } from "./run.node.ts";

/** A single scan's mask. */
export interface ScanPrediction {
  /** Absolute path of the mask, on the scan's own grid. */
  readonly mask: string;
  /** Voxels by label, as text: 0 background, 1 liver, 2 tumour. */
  readonly labels: Readonly<Record<string, number>>;
}

/**
 * A trained model's mask of one scan, outside any cohort.
 *
 * @param options.model - the folder of a trained model
 * @param options.out - the mask to write, its name ending in `.nii.gz`, in place of what is there;
 *   not given: a new file beside the scan
 * @throws `model.missing`, `model.invalid`; `usage.argument` when the mask cannot go there; what the
 *   scan's reading throws; `run.stopped`
 */
export async function predictScan(
  options: {
    readonly scan: string;
    readonly model: string;
    readonly out?: string | undefined;
  },
  context: Pick<RunContext, "signal">,
): Promise<ScanPrediction> {
  const scanPath = resolve(options.scan);
  const out = await requireMaskPath(scanPath, options.out);
  const place = await requireModel(resolve("."), options.model);
  const name = basename(scanPath).replace(/\.nii(\.gz)?$/, "");
  const row = await catalogueCase({ case: name, scanPath, maskPath: null });
  if (row.problem !== null) {
    // A code that the catalogue wrote is one of ours.
    throw new HeparError(row.problem_code as HeparError["code"], row.problem, { file: scanPath });
  }
  requireGoing(context);
  const scratch = await scratchBeside(out);
  const model = await openModel(place.folder);
  try {
    const { signal } = context;
    const { labels } = await predictCase(row, { cohort: scratch, model, name: place.name, signal });
    await rename(join(scratch, layout.prediction(place.name, name)), out).catch((thrown) => {
      throw writeError(thrown, out);
    });
    return { mask: out, labels };
  } finally {
    await model.session.release();
    await rm(scratch, { recursive: true, force: true });
  }
}

// A file that nobody named may be somebody's work.
async function requireMaskPath(scan: string, typed: string | undefined): Promise<string> {
  const out = resolve(typed ?? `${scan.replace(/\.nii(\.gz)?$/, "")}-mask.nii.gz`);
  const refused = (message: string): HeparError =>
    new HeparError("usage.argument", message, {
      file: out,
      hint: "name the mask's file with --out; nothing was changed",
    });
  if (!/\.nii\.gz$/.test(out)) throw refused(`the mask's name must end in .nii.gz, got ${out}`);
  if (out === scan) throw refused("the mask would take the place of the scan");
  if (typed === undefined && (await exists(out))) throw refused(`${out} is there already`);
  return out;
}

// On the same file system, so that the finished mask is moved in one step.
async function scratchBeside(out: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(out), ".tmp-hepar-"));
  } catch (thrown) {
    throw writeError(thrown, out);
  }
}
