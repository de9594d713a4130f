import type { NetworkSpec } from "../model/index.ts";
import { type PatchAxis, patchAxes } from "./mirrors.ts";
import type { PostProcessing } from "./post-process.ts";
import type { Sliding } from "./slide.ts";

/** What may be chosen for a prediction; what is not given is as the network's description says. */
export interface PredictionChoices {
  readonly overlap?: number | undefined;
  readonly weights?: "gaussian" | "constant" | undefined;
  /** Whether mirror images are seen too, along every axis that the network has. */
  readonly mirror?: boolean | undefined;
  /** Patches at once. */
  readonly batch?: number | undefined;
  /** Whether patches of nothing but air are run too; default: they are background. */
  readonly air?: boolean | undefined;
  readonly largestLiver?: PostProcessing["largestLiver"] | undefined;
  readonly tumourWithinMm?: PostProcessing["tumourWithinMm"] | undefined;
  readonly smallestTumourMl?: PostProcessing["smallestTumourMl"] | undefined;
}

/** How a prediction was made: all of it, for the record. */
export interface PredictionSettings extends Sliding, PostProcessing {
  readonly tumourThreshold: number | null;
}

export function settingsOf(spec: NetworkSpec, choices: PredictionChoices): PredictionSettings {
  const own = spec.prediction;
  return {
    overlap: choices.overlap ?? own.overlap,
    weights: choices.weights ?? own.weights,
    mirrors: mirrorsOf(spec, choices.mirror),
    batch: choices.batch ?? 4,
    air: choices.air ?? false,
    tumourThreshold: own.tumourThreshold ?? null,
    largestLiver: choices.largestLiver ?? own.largestLiver,
    tumourWithinMm:
      choices.tumourWithinMm === undefined ? own.tumourWithinMm : choices.tumourWithinMm,
    smallestTumourMl: choices.smallestTumourMl ?? own.smallestTumourMl,
    smallestTumourVoxels: own.smallestTumourVoxels,
  };
}

function mirrorsOf(spec: NetworkSpec, mirror: boolean | undefined): readonly PatchAxis[] {
  if (mirror === undefined) return spec.prediction.mirrors;
  if (!mirror) return [];
  // The fastest axis first: the order in which sums are made, and so their last digits.
  const axes = spec.input.kind === "3d" ? patchAxes : patchAxes.slice(1);
  return axes.toReversed();
}
