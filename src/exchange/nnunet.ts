import { byNaturalOrder, HeparError } from "../core/index.ts";
import type { Fold } from "../train/index.ts";

/**
 * @file nnU-Net v2's raw data set, as documents: names, labels, folds.
 * @see nnU-Net documentation/dataset_format.md and manual_data_splits.md
 */

/** nnU-Net's name of a data set's folder. */
export const datasetFolder = ({
  id,
  name,
}: {
  readonly id: number;
  readonly name: string;
}): string => `Dataset${String(id).padStart(3, "0")}_${name}`;

/**
 * A name for each case that is safe in every file system: letters, digits, `-` and `_`. Two that
 * would be one, also where capitals do not count, get a number.
 *
 * @param cases - names of cases, each once
 * @returns identifiers by case
 */
export function identifiersOf(cases: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const free = (base: string): string => {
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      const key = name.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
  const isSafe = (name: string): boolean => safe(name) === name;
  // Those that keep their name come first, so that no other takes it.
  const order = [...cases.filter(isSafe), ...cases.filter((name) => !isSafe(name))];
  const named = new Map(order.map((name) => [name, free(safe(name))]));
  return new Map(cases.map((name) => [name, named.get(name) ?? name]));
}

const safe = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "") || "case";

/** Old label → new label, of masks that are rewritten. */
export type LabelMap = ReadonlyMap<number, number>;

const usualLabels = ["background", "liver", "tumour"];

/**
 * nnU-Net's `labels`: background, liver, tumour, and `label-n` for each further one.
 *
 * @param found - the labels that masks hold, before they are mapped
 * @throws `labels.value` when they leave gaps, which nnU-Net refuses
 */
export function labelsOf(found: Iterable<number>, map: LabelMap): Readonly<Record<string, number>> {
  const mapped = new Set([...found].map((label) => map.get(label) ?? label));
  const all = [...new Set([0, 1, 2, ...mapped])].sort((a, b) => a - b);
  if (all.some((label, at) => label !== at)) {
    const last = all.at(-1) ?? 0;
    const gap = all.find((label, at) => label !== at) ?? last;
    throw new HeparError(
      "labels.value",
      `nnU-Net takes labels without gaps: expected 0 to ${all.length - 1}, got ${all.join(", ")}`,
      {
        hint: `say what becomes of the others, such as --remap ${gap}=${all.length - 1}, or =0 for background`,
      },
    );
  }
  return Object.fromEntries(all.map((label) => [usualLabels[label] ?? `label-${label}`, label]));
}

/** What dataset.json says. */
export interface NnunetDataset {
  readonly name: string;
  readonly labels: Readonly<Record<string, number>>;
  /** Cases with a mask. */
  readonly training: number;
  readonly version: string;
}

/** dataset.json. */
export const datasetJson = ({ name, labels, training, version }: NnunetDataset): object => ({
  channel_names: { 0: "CT" },
  labels,
  numTraining: training,
  file_ending: ".nii.gz",
  name,
  converted_by: `hepar ${version}`,
});

/**
 * splits_final.json: of each fold those to learn from and those held out. Patients that hepar sets
 * aside to choose an epoch by are learned from in nnU-Net, which chooses by those held out.
 *
 * @param identifiers - by case, of the cases with masks that are in the data set; others are left out
 */
export function splitsFinal(
  folds: readonly Fold[],
  identifiers: ReadonlyMap<string, string>,
): { readonly train: string[]; readonly val: string[] }[] {
  const named = (cases: readonly string[]): string[] =>
    cases.flatMap((name) => identifiers.get(name) ?? []).sort(byNaturalOrder);
  return folds.map(({ train, watch, heldOut }) => ({
    train: named([...train, ...watch]),
    val: named(heldOut),
  }));
}
