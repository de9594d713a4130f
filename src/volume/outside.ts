import { HeparError } from "../core/index.ts";
import type { Volume } from "./volume.ts";

/** What a voxel is where there is no volume: air for a scan (−1024 HU), background for a mask. */
export const outsideOf = ({ kind }: Pick<Volume, "kind">): number => (kind === "ct" ? -1024 : 0);

/**
 * Refuses a value that a volume's voxels cannot hold, before it wraps round in silence.
 *
 * @param one - an array of the voxels' type, of one element
 * @throws `usage.argument`
 */
export function requireFits(
  outside: number,
  one: { fill(value: number): ArrayLike<number> },
): void {
  const [stored] = Array.from(one.fill(outside));
  // float32 holds what it is given to seven digits.
  if (Math.abs(stored - outside) <= Math.abs(outside) * 1e-6) return;
  throw new HeparError("usage.argument", `outside: ${outside} does not fit the volume's type`, {
    hint: "give a value that the volume itself could hold",
  });
}
