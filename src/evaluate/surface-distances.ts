import type { Triple } from "../volume/index.ts";
import { nearestDistances } from "./nearest.ts";
import { boxAround, type RunList } from "./run-overlap.ts";
import { edgeVoxels, type SurfacePoints, solidOf, surfaceElements } from "./surface-points.ts";

/** Distances between two surfaces, mm. */
export interface SurfaceDistances {
  /** Mean over both surfaces. */
  readonly assdMm: number;
  /** Root of the mean square over both surfaces. */
  readonly rmsdMm: number;
  /** The largest of both directions (Hausdorff). */
  readonly msdMm: number;
  /** The larger of both directions' 95th percentiles. */
  readonly hd95Mm: number;
  /** Share of both surfaces within the tolerance of the other, 0 to 1. */
  readonly nsd: number;
}

interface Options {
  readonly spacing: Triple;
  /** `elements`: DeepMind's surface-distance, weighted by area; `voxels`: MedPy's `Surface`. */
  readonly surface: "elements" | "voxels";
  readonly toleranceMm: number;
}

/**
 * Distances between the surfaces of two masks, both with voxels. Every point of one surface goes to
 * the nearest point of the other; means and percentiles are weighted by area (of `voxels`, each
 * counts 1). The percentile is the smallest distance below or at which 95 % of a surface lie.
 *
 * @see Nikolov et al. 2021, doi:10.2196/26151 (surface-distance); Heimann et al. 2009,
 *   doi:10.1109/TMI.2009.2013851 (ASSD, RMSD, MSD)
 */
export function surfaceDistances(
  reference: RunList,
  prediction: RunList,
  { spacing, surface, toleranceMm }: Options,
): SurfaceDistances {
  const box = boxAround([reference, prediction]);
  const points = (runs: RunList): SurfacePoints => {
    const solid = solidOf(runs, box);
    return surface === "voxels" ? edgeVoxels(solid) : surfaceElements(solid, spacing);
  };
  const [a, b] = [points(reference), points(prediction)];
  const sides = [
    { weight: a.weight, distance: nearestDistances(a, b, spacing) },
    { weight: b.weight, distance: nearestDistances(b, a, spacing) },
  ];
  let [area, first, second, within, largest] = [0, 0, 0, 0, 0];
  for (const { weight, distance } of sides) {
    for (let n = 0; n < distance.length; n++) {
      const [d, part] = [distance[n], weight[n]];
      area += part;
      first += part * d;
      second += part * d * d;
      if (d <= toleranceMm) within += part;
      if (d > largest) largest = d;
    }
  }
  return {
    assdMm: first / area,
    rmsdMm: Math.sqrt(second / area),
    msdMm: largest,
    hd95Mm: Math.max(...sides.map((side) => percentile(side, 0.95))),
    nsd: within / area,
  };
}

interface Side {
  readonly weight: Float64Array;
  readonly distance: Float64Array;
}

/** The smallest distance at or below which that share of the weight lies. */
function percentile({ weight, distance }: Side, share: number): number {
  const sorted = distance.slice().sort();
  const area = weight.reduce((sum, one) => sum + one, 0);
  const below = (limit: number): number => {
    let part = 0;
    for (let n = 0; n < distance.length; n++) if (distance[n] <= limit) part += weight[n];
    return part / area;
  };
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (below(sorted[middle]) < share) low = middle + 1;
    else high = middle;
  }
  return sorted[high];
}
