import { HeparError } from "../core/index.ts";
import { voxelVolumeMm3 } from "./affine.ts";
import { type ComponentRuns, type Connectivity, componentRuns, forEachRun } from "./components.ts";
import type { Inside } from "./runs.ts";
import type { LabelVolume } from "./volume.ts";

/** A mask without some of its components. */
export interface Reduced {
  /** The mask that was given, where nothing was removed. */
  readonly mask: LabelVolume;
  readonly removedVoxels: number;
}

export interface ReducingOptions {
  /** Which voxels are one component; 26 unless told. */
  readonly connectivity?: Connectivity;
  /** What removed voxels become; 0 unless told. */
  readonly label?: number;
}

/**
 * The mask with only the largest component of the voxels that `inside` accepts; of equal ones, that
 * which comes first in storage. Labels within it stay, and so do all that `inside` refuses. A mask
 * with none stays as it is.
 *
 * @throws `usage.argument` for another connectivity
 */
export function largestComponent(
  mask: LabelVolume,
  inside: Inside,
  { label = 0, ...options }: ReducingOptions = {},
): Reduced {
  const runs = componentRuns(mask, inside, options);
  // Not Math.max(...sizes): a barely trained network leaves more parts than a call has arguments.
  const largest = runs.sizes.reduce((most, size) => Math.max(most, size), 0);
  const kept = runs.sizes.indexOf(largest);
  return remove(mask, runs, { label, isRemoved: (component) => component !== kept });
}

/**
 * The mask without the components of less than a volume, or of fewer voxels. One of exactly that
 * volume stays.
 *
 * @param options - `leastMl`, in mL by |det A|, or `leastVoxels`
 * @throws `usage.argument` for another connectivity, or a least that is negative or no number
 */
export function withoutSmallComponents(
  mask: LabelVolume,
  inside: Inside,
  options: ReducingOptions & ({ readonly leastMl: number } | { readonly leastVoxels: number }),
): Reduced {
  const { label = 0, ...others } = options;
  const voxelMl = voxelVolumeMm3(mask.affine) / 1000;
  // The last digits of a product must not decide about a component of exactly the volume.
  const least = "leastMl" in options ? options.leastMl / voxelMl - 1e-6 : options.leastVoxels;
  if (!(least > -1 && Number.isFinite(least))) {
    const given = "leastMl" in options ? `${options.leastMl} mL` : `${options.leastVoxels} voxels`;
    throw new HeparError("usage.argument", `no component is smaller than ${given}`, {
      hint: "give a volume of 0 or more, and a mask whose voxels have one",
    });
  }
  const runs = componentRuns(mask, inside, others);
  return remove(mask, runs, { label, isRemoved: (component) => runs.sizes[component] < least });
}

/** @param by - `isRemoved` is asked with a component's place in `sizes` */
function remove(
  mask: LabelVolume,
  runs: ComponentRuns,
  by: { readonly isRemoved: (component: number) => boolean; readonly label: number },
): Reduced {
  const removed = runs.sizes.map((_, component) => by.isRemoved(component));
  const removedVoxels = runs.sizes.reduce((sum, size, n) => (removed[n] ? sum + size : sum), 0);
  if (removedVoxels === 0) return { mask, removedVoxels };
  const voxels = mask.voxels.slice();
  forEachRun(runs, mask, (run, from, to) => {
    if (removed[runs.component[run] - 1]) voxels.fill(by.label, from, to);
  });
  return { mask: { ...mask, voxels }, removedVoxels };
}
