import {
  componentRuns,
  type Grid,
  spacingIsKnown,
  spacingOf,
  voxelVolumeMm3,
} from "../../volume/index.ts";
import { type Finding, when } from "./finding.ts";
import type { Preview } from "./preview.ts";

/** An adult's liver is 1,000 to 2,000 mL; half of a shrunken one should still be in the scan. */
const smallestMl = 150;
/** Thinner slabs cannot hold one. */
const thinnestMm = 80;
/** Solid organs, with contrast or without. */
const solidHu = { from: 0, to: 190 };

/**
 * Whether there is a solid piece of soft tissue as large as part of a liver. It says that one is
 * missing, never that one is there: a heart or a brain is as solid. Nothing is said of scans without
 * spacing, or too thin for a liver.
 */
export function checkForLiver(grid: Grid, preview: Preview): readonly Finding[] {
  const extents = spacingOf(grid.affine).map((mm, axis) => mm * grid.dims[axis]);
  if (!spacingIsKnown(grid) || Math.min(...extents) < thinnestMm) return [];
  const { sizes } = componentRuns(
    { dims: preview.dims, voxels: core(preview) },
    (value) => value > 0,
  );
  const voxelMl = (voxelVolumeMm3(grid.affine) * preview.step ** 2) / 1000;
  const largest = sizes.reduce((one, other) => Math.max(one, other), 0) * voxelMl;
  return when(largest < smallestMl, "no-liver", `${largest.toFixed(0)} mL`);
}

/** Soft tissue whose six neighbours are soft tissue too: thin walls and muscles fall away. */
function core({ dims, voxels }: Preview): Uint8Array {
  const [width, height, depth] = dims;
  const slice = width * height;
  const soft = new Uint8Array(voxels.length);
  for (let at = 0; at < soft.length; at++) {
    soft[at] = voxels[at] >= solidHu.from && voxels[at] <= solidHu.to ? 1 : 0;
  }
  const inside = new Uint8Array(voxels.length);
  for (let k = 1; k < depth - 1; k++) {
    for (let j = 1; j < height - 1; j++) {
      const row = width * (j + height * k);
      for (let at = row + 1; at < row + width - 1; at++) {
        const along = soft[at - 1] + soft[at] + soft[at + 1];
        const across = soft[at - width] + soft[at + width] + soft[at - slice] + soft[at + slice];
        inside[at] = along + across === 7 ? 1 : 0;
      }
    }
  }
  return inside;
}
