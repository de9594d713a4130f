import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { readJson, writeJson } from "../files/index.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";
import type { ChosenFold } from "./split.node.ts";
import type { StepName } from "./stamp.node.ts";

/**
 * @file A model of several networks: one for each fold (`models/<model>/fold-0`, `fold-1` …), members
 * of an ensemble that learn from the same patients (`member-0` …), or both (`fold-0-member-0` …).
 * Each is a whole model, and `networks.json`, written last, names them. Where there is no
 * `networks.json` the model is one network.
 */

const networkName = /^(fold-\d+|member-\d+|fold-\d+-member-\d+)$/;

const networksSchema = z.object({
  format: z.literal("hepar-networks/1"),
  networks: z.array(z.string().regex(networkName)).min(2),
});

/** A network that is to be trained. */
export interface PlannedNetwork {
  /** Its folder in the model's; null where the model is this one network. */
  readonly name: string | null;
  readonly fold: ChosenFold;
  /** Members of an ensemble differ in nothing else. */
  readonly seed: number;
}

/** The networks of a model, in the order in which they are trained. */
export function planNetworks(
  folds: readonly ChosenFold[],
  options: {
    /** Networks for each fold. */
    readonly members: number;
    /** Whether every fold gets its own, or the model is of one fold alone. */
    readonly everyFold: boolean;
    /** Of the first member; each next one's is larger by 1. */
    readonly seed: number;
  },
): PlannedNetwork[] {
  const { members, everyFold, seed } = options;
  return folds.flatMap((fold) =>
    Array.from({ length: members }, (_, member): PlannedNetwork => {
      const parts = [
        ...(everyFold ? [`fold-${fold.index}`] : []),
        ...(members > 1 ? [`member-${member}`] : []),
      ];
      return { name: parts.length === 0 ? null : parts.join("-"), fold, seed: seed + member };
    }),
  );
}

/** The folders of a model's networks; undefined when it is not one of several. */
export async function networkFolders(folder: string): Promise<string[] | undefined> {
  const file = join(folder, layout.networksFile);
  if (!(await exists(file))) return undefined;
  const { networks } = await readJson(file, networksSchema);
  return networks.map((name) => join(folder, name));
}

/** Says that all networks of a model are there, and removes those of an earlier plan. */
export async function closeNetworks(
  run: CohortRun,
  model: string,
  names: readonly string[],
): Promise<void> {
  const folder = join(run.folder, layout.model(model));
  for (const name of await readdir(folder)) {
    if (networkName.test(name) && !names.includes(name)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
  await writeJson(join(folder, layout.networksFile), {
    format: "hepar-networks/1",
    networks: names,
  });
}

/** Until all networks are trained alike again, they are no model. */
export const openNetworks = (run: CohortRun, model: string): Promise<void> =>
  rm(join(run.folder, layout.model(model), layout.networksFile), { force: true });

/** The step that trains a model, or one of its networks. */
export const trainStep = (model: string, network: string | null): StepName => ({
  step: "train",
  // "+" is in no model's name.
  of: network === null ? model : `${model}+${network}`,
});

/**
 * Keeps models of one network, of folds and of members apart.
 *
 * @throws `usage.argument` when the name is that of a model of another kind
 */
export async function requireKind(
  run: CohortRun,
  model: string,
  planned: readonly PlannedNetwork[],
): Promise<void> {
  const folder = join(run.folder, layout.model(model));
  const there = (await exists(folder)) ? await readdir(folder) : [];
  const kindOf = (name: string): string => name.replaceAll(/\d+/g, "N");
  const kinds = new Set(there.filter((name) => networkName.test(name)).map(kindOf));
  if (there.includes("model.json")) kinds.add("one network");
  const wanted = planned[0]?.name ?? null;
  const kind = wanted === null ? "one network" : kindOf(wanted);
  const [other] = [...kinds].filter((found) => found !== kind);
  if (other === undefined) return;
  throw new HeparError("usage.argument", `models/${model} holds ${other}, not ${kind}`, {
    hint: "choose another --model, or replace it with --restart",
  });
}
