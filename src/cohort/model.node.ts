import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { HeparError } from "../core/index.ts";
import { sha256OfJson } from "../files/index.node.ts";
import { isForeignNetwork, readDescription, readNetworkSpec } from "../model/index.node.ts";
import type { ModelDescription, NetworkSpec } from "../model/index.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { networkFolders } from "./networks.node.ts";

/** A trained network: this cohort's own, or one that was trained elsewhere. */
export interface ModelPlace {
  /** Its name in `predictions/` and `evaluation/`: no two models share one. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Trained in this cohort: then its cases are these. */
  readonly own: boolean;
  /** What it says of its training; of several networks, the first. Null: it is not one of hepar's. */
  readonly description: ModelDescription | null;
  /** What it wants and gives; of several networks, the first. */
  readonly spec: NetworkSpec;
  /** The networks of a model of several: of folds, of an ensemble; undefined when it is one. */
  readonly networks?: readonly ModelPlace[];
}

/** A model's networks: one or several. */
export const networksOf = (model: ModelPlace): readonly ModelPlace[] => model.networks ?? [model];

/**
 * The trained model that a name or a folder stands for.
 *
 * @param typed - a name in the cohort's `models/`, or the path of a model's folder
 * @returns undefined when there is none
 * @throws `model.invalid` when its description cannot be understood
 */
export async function findModel(cohort: string, typed: string): Promise<ModelPlace | undefined> {
  const ownFolder = join(cohort, layout.model(typed));
  const folder = isModelName(typed) && (await isModel(ownFolder)) ? ownFolder : resolve(typed);
  if (!(await isModel(folder))) return undefined;
  const found = await networksIn(folder);
  const [{ description, spec }] = found;
  const base = basename(folder);
  const own = folder === join(cohort, layout.model(base));
  // The cohort may have a model of that name, and another may come from elsewhere.
  const name = own
    ? base
    : `${base}-${(description?.weightsSha256 ?? spec.onnxSha256 ?? "").slice(0, 8)}`;
  if (found.length === 1) return { name, folder, own, description, spec };
  const networks = found.map((network) => ({ ...network, name, own }));
  return { name, folder, own, description, spec, networks };
}

type Network = Pick<ModelPlace, "folder" | "description" | "spec">;

async function networksIn(folder: string): Promise<readonly [Network, ...Network[]]> {
  const [first = folder, ...others] = (await networkFolders(folder)) ?? [];
  const read = async (place: string): Promise<Network> => ({
    folder: place,
    description: (await isForeignNetwork(place)) ? null : await readDescription(place),
    spec: await readNetworkSpec(place),
  });
  return [await read(first), ...(await Promise.all(others.map(read)))];
}

/** As `findModel`. @throws `model.missing` when there is none */
export async function requireModel(cohort: string, typed: string): Promise<ModelPlace> {
  const model = await findModel(cohort, typed);
  if (model !== undefined) return model;
  throw new HeparError("model.missing", `there is no trained model ${typed}`, {
    file: typed,
    hint: "train one with: hepar train <cohort> --model <name>; or give the folder of one",
  });
}

/**
 * The cohort's own model when it has exactly one; undefined when it has none.
 *
 * @throws `usage.missing` when there are several
 */
export async function onlyModel(cohort: string): Promise<ModelPlace | undefined> {
  const names = await readdir(join(cohort, "models")).catch(() => []);
  const models = await Promise.all(names.sort().map((name) => findModel(cohort, name)));
  const whole = models.filter((model) => model !== undefined).filter(({ own }) => own);
  if (whole.length <= 1) return whole[0];
  const found = whole.map(({ name }) => name).join(", ");
  throw new HeparError("usage.missing", `the cohort has several models: ${found}`, {
    hint: "name one with --model",
  });
}

/**
 * Makes sure, before any work, that what was typed can be trained, or used as it is.
 *
 * @param options.trainable - whether there is something to learn from
 * @throws `model.missing`, `usage.argument`
 */
export async function requireModelOrName(
  cohort: string,
  options: { readonly typed: string | undefined; readonly trainable: boolean },
): Promise<void> {
  const { typed, trainable } = options;
  if (typed === undefined || (await findModel(cohort, typed)) !== undefined) return;
  if (trainable && !/[\\/]/.test(typed)) requireModelName(typed);
  else await requireModel(cohort, typed);
}

/** A name that can be a folder's. @throws `usage.argument` */
export function requireModelName(typed: string): string {
  if (isModelName(typed)) return typed;
  throw new HeparError("usage.argument", `"${typed}" cannot be a model's name`, {
    hint: "use letters, digits, dots, dashes and underscores",
  });
}

/** Changes whenever the model computes something else; not with the time that training took. */
export function hashOfModel({
  description,
  spec,
}: Pick<ModelPlace, "description" | "spec">): string {
  if (description === null) return sha256OfJson(spec);
  const { weightsSha256, architecture, imageSize, neighbours, prediction } = description;
  return sha256OfJson({ weightsSha256, architecture, imageSize, neighbours, prediction });
}

const isModelName = (typed: string): boolean => /^[\p{L}\p{N}_-][\p{L}\p{N}._-]*$/u.test(typed);

// Written last, so that a folder that has it is whole.
const isModel = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, "model.json"))) ||
  (await exists(join(folder, layout.networksFile))) ||
  isForeignNetwork(folder);
