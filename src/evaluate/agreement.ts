import {
  findRuns,
  type LabelVolume,
  requireSameShape,
  spacingIsKnown,
  spacingOf,
  voxelVolumeMm3,
} from "../volume/index.ts";
import { cohenKappa, fleissKappa } from "./kappa.ts";
import { dice, iou, type Score } from "./overlap.ts";
import { overlapOf } from "./pair-scores.ts";
import { listRuns } from "./run-overlap.ts";
import { staple } from "./staple.ts";
import { surfaceDistances } from "./surface-distances.ts";
import { countsInBox, type Votes, votesFor, votesIn } from "./votes.ts";

/** Two readers beside each other; null where a number is not defined. */
export interface ReaderPair {
  /** Counted from 0. */
  readonly readers: readonly [number, number];
  readonly dice: number | null;
  readonly iou: number | null;
  /** Of surface elements; null when one is empty or the spacing is unknown. */
  readonly assdMm: number | null;
  readonly hd95Mm: number | null;
  /** Over the box around what any reader has. */
  readonly cohenKappa: number | null;
  /** First minus second; null when the spacing is unknown. */
  readonly differenceMl: number | null;
}

/** How readers agree on a structure. */
export interface StructureAgreement {
  /** null when the spacing is unknown. */
  readonly volumesMl: readonly number[] | null;
  readonly meanMl: number | null;
  /** Of the sample (n − 1). */
  readonly sdMl: number | null;
  readonly pairs: readonly ReaderPair[];
  readonly fleissKappa: number | null;
  /** null when nobody has the structure. */
  readonly staple: {
    readonly sensitivity: readonly number[];
    readonly specificity: readonly number[];
    readonly iterations: number;
  } | null;
}

/** How readers of one scan agree. */
export interface Agreement {
  readonly liver: StructureAgreement;
  readonly tumour: StructureAgreement;
}

/** Which voxels a consensus takes: STAPLE's probability of at least 0.5, or more than half of the readers. */
export type ConsensusRule = "staple" | "majority";

const structures = {
  liver: (label: number): boolean => label === 1 || label === 2,
  tumour: (label: number): boolean => label === 2,
} as const;

/**
 * Agreement of two to 16 masks of one scan.
 *
 * @throws `usage.argument` for another number of masks; `geometry.mismatch` when shapes differ
 */
export function agreementOf(masks: readonly LabelVolume[]): Agreement {
  for (const mask of masks) requireSameShape(masks[0], mask);
  return { liver: structureAgreement(masks, "liver"), tumour: structureAgreement(masks, "tumour") };
}

function structureAgreement(
  masks: readonly LabelVolume[],
  name: keyof typeof structures,
): StructureAgreement {
  const votes = votesFor(masks, structures[name]);
  const near = countsInBox(votes);
  const runs = masks.map((mask) => findRuns(mask, structures[name]));
  const known = spacingIsKnown(masks[0]);
  const voxelMl = known ? voxelVolumeMm3(masks[0].affine) / 1000 : Number.NaN;
  const pairs = masks.flatMap((_, a) =>
    masks.slice(a + 1).map((__, after): ReaderPair => {
      const b = a + 1 + after;
      const voxels = overlapOf([runs[a], runs[b]]);
      const both = known && voxels.reference > 0 && voxels.predicted > 0;
      const options = {
        spacing: spacingOf(masks[0].affine),
        surface: "elements",
        toleranceMm: 0,
      } as const;
      const distances = both
        ? surfaceDistances(listRuns(runs[a]), listRuns(runs[b]), options)
        : null;
      return {
        readers: [a, b],
        dice: numberOf(dice(voxels)),
        iou: numberOf(iou(voxels)),
        assdMm: distances?.assdMm ?? null,
        hd95Mm: distances?.hd95Mm ?? null,
        cohenKappa: cohenKappa(near, [a, b]),
        differenceMl: known ? (voxels.reference - voxels.predicted) * voxelMl : null,
      };
    }),
  );
  const volumes = masks.map((_, reader) => voxelsOf(votes, reader) * voxelMl);
  const truth = staple(votes);
  return {
    volumesMl: known ? volumes : null,
    ...(known ? spread(volumes) : { meanMl: null, sdMl: null }),
    pairs,
    fleissKappa: fleissKappa(near, masks.length),
    staple:
      truth === null
        ? null
        : {
            sensitivity: truth.sensitivity,
            specificity: truth.specificity,
            iterations: truth.iterations,
          },
  };
}

const numberOf = (score: Score): number | null => (score.defined ? score.value : null);

const voxelsOf = ({ counts }: Votes, reader: number): number =>
  [...counts].reduce((sum, [pattern, n]) => sum + ((pattern >> reader) & 1) * n, 0);

function spread(volumes: readonly number[]): { readonly meanMl: number; readonly sdMl: number } {
  const meanMl = volumes.reduce((sum, v) => sum + v, 0) / volumes.length;
  const squares = volumes.reduce((sum, v) => sum + (v - meanMl) ** 2, 0);
  return { meanMl, sdMl: Math.sqrt(squares / (volumes.length - 1)) };
}

/** One mask of all readers' masks, on the first one's grid: tumour (2) before liver (1). */
export function consensusOf(masks: readonly LabelVolume[], rule: ConsensusRule): LabelVolume {
  const voxels = new Uint8Array(masks[0].voxels.length);
  for (const [name, label] of [
    ["liver", 1],
    ["tumour", 2],
  ] as const) {
    const votes = votesFor(masks, structures[name]);
    const truth = rule === "staple" ? staple(votes) : null;
    const isIn = (pattern: number): boolean =>
      rule === "staple"
        ? (truth?.probability.get(pattern) ?? 0) >= 0.5
        : 2 * votesIn(pattern) > masks.length;
    const taken = new Set([...votes.counts.keys()].filter(isIn));
    if (taken.size === 0) continue;
    for (let at = 0; at < voxels.length; at++) if (taken.has(votes.voxels[at])) voxels[at] = label;
  }
  const { dims, affine, affineFrom } = masks[0];
  return { kind: "labels", dims, affine, affineFrom, voxels };
}

/** Bland and Altman's numbers of paired volumes, mL; limits are null for fewer than two. */
export interface BlandAltman {
  readonly scans: number;
  readonly biasMl: number;
  readonly sdMl: number | null;
  /** bias ± 1.96 · SD. */
  readonly lowerLimitMl: number | null;
  readonly upperLimitMl: number | null;
}

/**
 * Bias and limits of agreement of differences in volume; none: null.
 *
 * @see Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8
 */
export function blandAltman(differencesMl: readonly number[]): BlandAltman | null {
  if (differencesMl.length === 0) return null;
  const scans = differencesMl.length;
  const { meanMl: biasMl, sdMl } = spread(differencesMl);
  if (scans < 2) return { scans, biasMl, sdMl: null, lowerLimitMl: null, upperLimitMl: null };
  const reach = 1.96 * sdMl;
  return { scans, biasMl, sdMl, lowerLimitMl: biasMl - reach, upperLimitMl: biasMl + reach };
}
