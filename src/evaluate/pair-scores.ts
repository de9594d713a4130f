import { axialDiameters, bodyOf, listComponents } from "../study/index.ts";
import {
  type ComponentRuns,
  type Connectivity,
  componentsOfRuns,
  findRuns,
  type LabelVolume,
  reorient,
  requireSameShape,
  spacingIsKnown,
  spacingOf,
  voxelVolumeMm3,
} from "../volume/index.ts";
import { matchLesions, overlapLesions } from "./lesion-overlap.ts";
import type { LesionScoreRow } from "./lesion-row.ts";
import { dice, iou, type Overlap, rvd, type Score } from "./overlap.ts";
import { boxOfLabels, forEachOverlap, listRuns, sizeOfRuns } from "./run-overlap.ts";
import { type SurfaceDistances, surfaceDistances } from "./surface-distances.ts";

/** How two masks are compared. */
export interface ScoreOptions {
  /** Which tumour voxels are one lesion; 26 unless told. */
  readonly connectivity?: Connectivity | undefined;
  /** How far a surface may be off and still count in NSD; 3 mm unless told. */
  readonly toleranceMm?: number | undefined;
}

/** Why a structure's distances are what they are. */
export type DistancesFrom = "measured" | "worst" | "both empty" | "spacing unknown";

/** One structure's scores; null where a score is not defined. */
export interface StructureScores {
  readonly voxels: Overlap;
  readonly dice: number | null;
  readonly iou: number | null;
  readonly voe: number | null;
  readonly rvd: number | null;
  readonly assdMm: number | null;
  readonly msdMm: number | null;
  readonly rmsdMm: number | null;
  readonly hd95Mm: number | null;
  readonly nsd: number | null;
  readonly distances: DistancesFrom;
}

/** A prediction's scores against its reference. */
export interface PairScores {
  readonly liver: StructureScores;
  readonly tumour: StructureScores;
  /** Reference lesions, then predicted ones, each in order of first voxel. */
  readonly lesions: readonly Omit<LesionScoreRow, "case">[];
  /** Tumour, percent of the liver including its tumours; null without liver. */
  readonly burdenPercent: { readonly reference: number | null; readonly predicted: number | null };
}

/**
 * Every score of a prediction. Liver is labels 1 and 2, tumour label 2; any other label is neither. No
 * prediction counts as a miss of everything, also of a tumour that the reference lacks: nobody said
 * that there is none. A structure that only one of the two has gets the worst: Dice, IoU and NSD 0,
 * and as distance the diagonal of the scan's box, beyond which no two surfaces can be apart. One that
 * neither has is not defined.
 *
 * @param prediction - on the reference's grid; undefined when there is none
 * @returns mm are null where the reference's spacing is unknown
 * @throws `geometry.mismatch` when the shapes differ
 */
export function scorePair(
  reference: LabelVolume,
  prediction: LabelVolume | undefined,
  { connectivity = 26, toleranceMm = 3 }: ScoreOptions = {},
): PairScores {
  if (prediction !== undefined) requireSameShape(reference, prediction);
  const structures = structuresOf(reference, prediction);
  const scores = (name: "liver" | "tumour"): StructureScores =>
    scoreStructure(structures[name], { reference, toleranceMm, missing: prediction === undefined });
  const [liver, tumour] = [scores("liver"), scores("tumour")];
  const burden = (side: "reference" | "predicted"): number | null =>
    liver.voxels[side] === 0 ? null : (100 * tumour.voxels[side]) / liver.voxels[side];
  const components = (side: 0 | 1): ComponentRuns => {
    const runs = structures.tumour[side];
    return { ...runs, ...componentsOfRuns(runs, connectivity) };
  };
  return {
    liver,
    tumour,
    lesions: lesionRows(reference, [components(0), components(1)]),
    burdenPercent: {
      reference: burden("reference"),
      predicted: prediction === undefined ? null : burden("predicted"),
    },
  };
}

type RunPair = readonly [ReturnType<typeof findRuns>, ReturnType<typeof findRuns>];

function structuresOf(
  reference: LabelVolume,
  prediction: LabelVolume | undefined,
): { readonly liver: RunPair; readonly tumour: RunPair } {
  const box = boxOfLabels(prediction === undefined ? [reference] : [reference, prediction]);
  const runs = (inside: (label: number) => boolean): RunPair => [
    findRuns(reference, inside, box),
    prediction === undefined
      ? findRuns(reference, () => false, box)
      : findRuns(prediction, inside, box),
  ];
  return {
    liver: runs((label) => label === 1 || label === 2),
    tumour: runs((label) => label === 2),
  };
}

/** Voxels of two masks and those that they share. */
export function overlapOf([a, b]: RunPair): Overlap {
  let common = 0;
  forEachOverlap(a, b, (_a, _b, voxels) => {
    common += voxels;
  });
  return { reference: sizeOfRuns(a), predicted: sizeOfRuns(b), common };
}

interface StructureContext {
  readonly reference: LabelVolume;
  readonly toleranceMm: number;
  readonly missing: boolean;
}

function scoreStructure(runs: RunPair, context: StructureContext): StructureScores {
  const voxels = overlapOf(runs);
  const value = (score: Score): number | null =>
    score.defined ? score.value : context.missing ? 0 : null;
  const shared = value(iou(voxels));
  const difference = rvd(voxels);
  const { from, ...distances } = distancesOf(runs, voxels, context);
  return {
    voxels,
    dice: value(dice(voxels)),
    iou: shared,
    voe: shared === null ? null : 1 - shared,
    rvd: difference.defined ? difference.value : null,
    ...distances,
    distances: from,
  };
}

type Distances = { readonly [Name in keyof SurfaceDistances]: number | null };

function distancesOf(
  [a, b]: RunPair,
  { reference: there, predicted }: Overlap,
  { reference, toleranceMm, missing }: StructureContext,
): Distances & { readonly from: DistancesFrom } {
  const all = (mm: number | null, nsd: number | null): Distances => ({
    assdMm: mm,
    rmsdMm: mm,
    msdMm: mm,
    hd95Mm: mm,
    nsd,
  });
  const spacing = spacingOf(reference.affine);
  if (!spacingIsKnown(reference)) return { ...all(null, null), from: "spacing unknown" };
  if (there === 0 && predicted === 0 && !missing) return { ...all(null, null), from: "both empty" };
  if (there === 0 || predicted === 0) {
    const diagonal = Math.hypot(...reference.dims.map((size, axis) => size * spacing[axis]));
    return { ...all(diagonal, 0), from: "worst" };
  }
  const options = { spacing, surface: "elements", toleranceMm } as const;
  return { ...surfaceDistances(listRuns(a), listRuns(b), options), from: "measured" };
}

function lesionRows(
  grid: LabelVolume,
  [reference, prediction]: readonly [ComponentRuns, ComponentRuns],
): Omit<LesionScoreRow, "case">[] {
  const overlap = overlapLesions(reference, prediction);
  const matched = matchLesions(overlap, 0);
  const voxelMl = spacingIsKnown(grid) ? voxelVolumeMm3(grid.affine) / 1000 : null;
  const rows = (components: ComponentRuns, side: "reference" | "predicted") => {
    const other = side === "reference" ? "predicted" : "reference";
    const list = listComponents(grid, components);
    const pairOf = new Map(matched.map((one) => [one[side], one]));
    const met = new Set(overlap.pairs.map((one) => one[side]));
    return components.sizes.map((voxels, index) => {
      const pair = pairOf.get(index);
      const body = voxelMl === null ? null : bodyOf(grid, list, index + 1);
      return {
        side: side === "reference" ? "reference" : "prediction",
        lesion: index + 1,
        voxels,
        volume_ml: voxelMl === null ? null : voxels * voxelMl,
        longest_axial_diameter_mm:
          body === null
            ? null
            : axialDiameters(reorient<LabelVolume>(body, "LPS"), "boundaries").longest.lengthMm,
        overlaps: met.has(index),
        match: pair === undefined ? null : pair[other] + 1,
        iou: pair?.iou ?? 0,
      } as const;
    });
  };
  return [...rows(reference, "reference"), ...rows(prediction, "predicted")];
}
