import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { readJson, writeJson } from "../files/index.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import type { StepName } from "./stamp.node.ts";

/**
 * @file A model that was trained once per fold: `models/<model>/fold-0`, `fold-1` … are whole models,
 * and `folds.json`, written last, says how many. Where there is no `folds.json` it is one network.
 */

const foldsSchema = z.object({
  format: z.literal("hepar-folds/1"),
  folds: z.number().int().min(2),
});

/** The folders of a model's folds, by their numbers; undefined when the folder holds no such model. */
export async function foldFolders(folder: string): Promise<string[] | undefined> {
  const file = join(folder, layout.foldsFile);
  if (!(await exists(file))) return undefined;
  const { folds } = await readJson(file, foldsSchema);
  return Array.from({ length: folds }, (_, index) => join(folder, layout.fold(index)));
}

/** Says that all folds of a model are there, and removes those of an earlier, finer division. */
export async function closeFolds(run: CohortRun, model: string, folds: number): Promise<void> {
  const folder = join(run.folder, layout.model(model));
  for (const name of await readdir(folder)) {
    const index = Number(/^fold-(\d+)$/.exec(name)?.[1] ?? -1);
    if (index >= folds) await rm(join(folder, name), { recursive: true, force: true });
  }
  await writeJson(join(folder, layout.foldsFile), { format: "hepar-folds/1", folds });
}

/** Until all folds are trained alike again, they are no model. */
export const openFolds = (run: CohortRun, model: string): Promise<void> =>
  rm(join(run.folder, layout.model(model), layout.foldsFile), { force: true });

/** The step that trains a model; of one fold, where it is trained on each. */
export const trainStep = (model: string, fold: number | null): StepName => ({
  step: "train",
  // "+" is in no model's name.
  of: fold === null ? model : `${model}+fold-${fold}`,
});

/**
 * Keeps one network and a network for each fold apart.
 *
 * @throws `usage.argument` when the name is that of a model of the other kind
 */
export async function requireKind(
  run: CohortRun,
  model: string,
  { folds }: { readonly folds: boolean },
): Promise<void> {
  const folder = join(run.folder, layout.model(model));
  const other = join(folder, folds ? "model.json" : layout.fold(0));
  if (!(await exists(other))) return;
  const [holds, wanted] = folds
    ? ["one network", "one for each fold"]
    : ["a network for each fold", "one network"];
  throw new HeparError("usage.argument", `models/${model} holds ${holds}, not ${wanted}`, {
    hint: "choose another --model, or replace it with --restart",
  });
}
