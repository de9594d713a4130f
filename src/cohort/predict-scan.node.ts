import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { HeparError } from "../core/index.ts";
import { type LoadedModel, openModel, predictFile } from "../predict/index.node.ts";
import { exists } from "./folder.node.ts";
import { networksOf, requireModel } from "./model.node.ts";
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
 * @param options.model - the folder of a trained model; of several networks, their mean predicts
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
  const scan = resolve(options.scan);
  const mask = await requireMaskPath(scan, options.out);
  const place = await requireModel(resolve("."), options.model);
  requireGoing(context);
  const networks: LoadedModel[] = [];
  try {
    for (const { folder } of networksOf(place)) networks.push(await openModel(folder));
    const { labels } = await predictFile(scan, { out: mask, networks, signal: context.signal });
    return { mask, labels };
  } finally {
    for (const { session } of networks) await session.release();
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
  // By the file itself: links and other spellings lead to the same scan.
  const place = (path: string): Promise<string> => realpath(path).catch(() => path);
  if ((await place(out)) === (await place(scan))) {
    throw refused("the mask would take the place of the scan");
  }
  if (typed === undefined && (await exists(out))) throw refused(`${out} is there already`);
  return out;
}
