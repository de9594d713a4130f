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
  const total = (value: (distance: number) => number): number =>
    sides.reduce(
      (sum, { weight, distance }) =>
        sum + distance.reduce((part, d, n) => part + weight[n] * value(d), 0),
      0,
    );
  const area = total(() => 1);
  const largest = (values: Float64Array): number => values.reduce((m, v) => Math.max(m, v), 0);
  return {
    assdMm: total((d) => d) / area,
    rmsdMm: Math.sqrt(total((d) => d * d) / area),
    msdMm: Math.max(...sides.map(({ distance }) => largest(distance))),
    hd95Mm: Math.max(...sides.map((side) => percentile(side, 0.95))),
    nsd: total((d) => (d <= toleranceMm ? 1 : 0)) / area,
  };
}

interface Side {
  readonly weight: Float64Array;
  readonly distance: Float64Array;
}

function percentile({ weight, distance }: Side, share: number): number {
  const order = Uint32Array.from(distance, (_, n) => n).sort((a, b) => distance[a] - distance[b]);
  const area = weight.reduce((sum, one) => sum + one, 0);
  let below = 0;
  for (const n of order) {
    below += weight[n];
    if (below / area >= share) return distance[n];
  }
  return distance[order[order.length - 1]];
}
