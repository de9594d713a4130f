import type { CtVolume } from "../../volume/index.ts";
import type { Finding } from "./finding.ts";

/**
 * What makes a mask's values no labels, counted: how many lie between whole numbers, and by how much;
 * undefined when none does.
 */
export function countFractions({ voxels }: Pick<CtVolume, "voxels">): Finding | undefined {
  const examples = new Set<number>();
  let between = 0;
  let furthest = 0;
  for (let n = 0; n < voxels.length; n++) {
    const off = Math.abs(voxels[n] - Math.round(voxels[n]));
    if (off === 0) continue;
    between++;
    furthest = Math.max(furthest, off);
    if (examples.size < 3) examples.add(voxels[n]);
  }
  if (between === 0) return undefined;
  const shown = [...examples].map((value) => Number(value.toPrecision(4))).join(", ");
  return {
    code: "labels.value",
    detail: `${between} of ${voxels.length} voxels between whole numbers, such as ${shown}`,
    ...(furthest < 0.01 ? { advice: "all are close to whole numbers: round them" } : {}),
  };
}
