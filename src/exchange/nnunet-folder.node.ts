import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HeparError } from "../core/index.ts";
import { writeJson } from "../files/index.node.ts";
import type { Fold } from "../train/index.ts";
import { datasetJson, type NnunetDataset, splitsFinal } from "./nnunet.ts";

/** Says that a data set's folder is hepar's, from the start. */
const mark = "hepar.json";

/**
 * Makes sure that a raw data set can go into a folder: it is new, empty, or hepar's own of before,
 * and no other data set beside it has its number, which nnU-Net refuses. Leaves hepar's mark in it.
 *
 * @throws `usage.argument`; `output.full`, `output.unwritable`
 */
export async function claimNnunetFolder(folder: string): Promise<void> {
  const [, prefix] = /^(Dataset\d+_)/.exec(basename(folder)) ?? [];
  const beside = await readdir(dirname(folder)).catch(() => []);
  const twin = beside.find((name) => name.startsWith(prefix ?? "\0") && name !== basename(folder));
  if (twin !== undefined) {
    throw new HeparError("usage.argument", `${twin} has the same number, which nnU-Net refuses`, {
      file: join(dirname(folder), twin),
      hint: "choose another number with --id",
    });
  }
  const there: string[] = await readdir(folder).catch(() => []);
  if (there.length > 0 && !there.includes(mark)) {
    throw new HeparError("usage.argument", `${folder} holds files that are not hepar's`, {
      file: folder,
      hint: "choose another --out, --id or --name; nothing was changed",
    });
  }
  await writeJson(join(folder, mark), { format: "hepar-nnunet/1" });
}

/**
 * Closes a raw data set: removes what is of no case any more, and writes splits_final.json and, last,
 * dataset.json, by which nnU-Net knows that it is one.
 *
 * @param options.files - what the data set holds, relative to its folder
 * @param options.folds - [] writes no splits_final.json: nnU-Net deals the cases out itself
 * @param options.identifiers - by case, of those with masks
 */
export async function closeNnunetFolder(
  folder: string,
  options: {
    readonly dataset: NnunetDataset;
    readonly files: readonly string[];
    readonly folds: readonly Fold[];
    readonly identifiers: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { dataset, files, folds, identifiers } = options;
  const wanted = new Set(files);
  for (const part of ["imagesTr", "labelsTr", "imagesTs"]) {
    for (const name of await readdir(join(folder, part)).catch(() => [])) {
      if (!wanted.has(`${part}/${name}`)) await rm(join(folder, part, name), { recursive: true });
    }
  }
  const splits = join(folder, "splits_final.json");
  if (folds.length === 0) await rm(splits, { force: true });
  else await writeJson(splits, splitsFinal(folds, identifiers));
  await writeJson(join(folder, "dataset.json"), datasetJson(dataset));
}

/** Until all its cases are there again, a folder is no data set. */
export const openNnunetFolder = (folder: string): Promise<void> =>
  rm(join(folder, "dataset.json"), { force: true });
