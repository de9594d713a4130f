import { byNaturalOrder } from "../core/index.ts";
import type { CaseScoreRow, EvaluationSummary } from "../evaluate/index.ts";
import type { ModelDescription } from "../model/index.ts";
import type { SliceOrientation, SliceRow } from "../slices/index.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import type { EpochRow, RatePoint } from "../train/index.ts";

/** A case, or a whole step, that could not be done. */
export interface Failure {
  /** null when the step as a whole failed. */
  readonly case: string | null;
  /** The command's name: `catalog`, `convert`, `train` … */
  readonly step: string;
  /** In English, as the error said it. */
  readonly reason: string;
  /** A HeparError's code. */
  readonly code: string;
}

/** What a run was: enough to do it again. */
export interface RunFacts {
  /** When the report was made, ISO 8601, as given by the caller. */
  readonly when: string;
  readonly heparVersion: string;
  /** The command line as typed; null when there was none. */
  readonly command: string | null;
  readonly seed: number | string | null;
  readonly dataFolder: string;
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
  /** Software by name: Node, ONNX Runtime … */
  readonly versions: Readonly<Record<string, string>>;
}

/** The kinds of picture, in the order in which a row shows them. */
export const pictureKinds = [
  "original",
  "mask",
  "preprocessed",
  "prediction",
  "agreement",
] as const;
export type PictureKind = (typeof pictureKinds)[number];

export interface Picture {
  readonly kind: PictureKind;
  /** A data URI. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** One slice of one case, in several pictures. */
export interface PictureRow {
  readonly case: string;
  /** From the feet, from 0. */
  readonly slice: number;
  /** Why this slice: the most reference tumour, the most liver, or the middle (no mask). */
  readonly chosenBy: "tumour" | "liver" | "middle";
  readonly pictures: readonly Picture[];
}

export interface Pictures {
  /**
   * `held-out`: cases that training never saw; `predicted`: cases that a network from elsewhere was
   * run on; `sample`: cases spread over the catalogue.
   */
  readonly from: "held-out" | "predicted" | "sample";
  /** How many cases there were to choose from. */
  readonly candidates: number;
  /** How the slices were cut from their scans. */
  readonly orientation: SliceOrientation;
  readonly rows: readonly PictureRow[];
}

/** A trained network, as the report tells of it. */
export interface ModelFacts {
  readonly name: string;
  /** Trained on the report's own cases; else on those of another cohort. */
  readonly own: boolean;
  /** Of several networks, the first. */
  readonly description: ModelDescription;
  /** The networks of a model of several, in `models/<name>/<folder>`. */
  readonly networks?: readonly NetworkFacts[] | undefined;
}

export interface NetworkFacts {
  readonly folder: string;
  readonly description: ModelDescription;
}

/** The cases that at least one network did not learn from; only such judge them. */
export function heldOutOf({ description, networks = [] }: ModelFacts): string[] {
  const all = [description, ...networks.map((network) => network.description)];
  return [...new Set(all.flatMap(({ training }) => training.heldOutCases))].sort(byNaturalOrder);
}

/**
 * How many parts the patients were dealt into so that each part was held out once; 1 where all
 * networks learned from the same patients.
 */
export const foldCountOf = ({ networks = [] }: ModelFacts): number =>
  Math.max(1, new Set(networks.map(({ description }) => description.training.fold)).size);

/** 95 % intervals; null where one is not defined. */
export interface DiceIntervals {
  readonly liver: Interval | null;
  readonly tumour: Interval | null;
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What the 2D images are that were made from the scans. */
export interface ConversionFacts {
  readonly images: number;
  /** Scans that have any. */
  readonly cases: number;
  /** Width × height of all; null where they differ. */
  readonly size: readonly [width: number, height: number] | null;
  readonly orientation: SliceOrientation;
  /** Endings of their files. */
  readonly formats: readonly string[];
  readonly masks: number;
  /** Masks that show liver, and tumour. */
  readonly withLiver: number;
  readonly withTumour: number;
}

/** The same from the table of slices; of no slice, zeros. */
export function conversionOf(slices: readonly SliceRow[]): ConversionFacts {
  const sizes = new Set(slices.map(({ width, height }) => `${width}x${height}`));
  const [first] = slices;
  return {
    images: slices.length,
    cases: new Set(slices.map((slice) => slice.case)).size,
    size: first !== undefined && sizes.size === 1 ? [first.width, first.height] : null,
    orientation: first?.orientation ?? "radiological",
    formats: [...new Set(slices.map(({ image }) => image.slice(image.lastIndexOf(".") + 1)))],
    masks: slices.filter(({ mask }) => mask !== null).length,
    withLiver: slices.filter(({ liver_pixels }) => (liver_pixels ?? 0) > 0).length,
    withTumour: slices.filter(({ tumour_pixels }) => (tumour_pixels ?? 0) > 0).length,
  };
}

/** All that a report says, as plain data. Empty lists and nulls give sections that say so. */
export interface ReportContent {
  /** null for the language's own title. */
  readonly title: string | null;
  readonly run: RunFacts;
  readonly cases: readonly StudiedRow[];
  readonly lesions: readonly LesionRow[];
  /** 2D images made from the scans; null when none were made yet. */
  readonly sliceCount: number | null;
  /** What those images are; null as `sliceCount`. */
  readonly conversion?: ConversionFacts | null;
  /** null when no network was trained or used. */
  readonly model: ModelFacts | null;
  /** Of several networks, the first's. */
  readonly epochs: readonly EpochRow[];
  /** The learning-rate finder's sweep; [] when none was made. */
  readonly rates: readonly RatePoint[];
  /** null when nothing was evaluated. */
  readonly scores: readonly CaseScoreRow[] | null;
  readonly summary: EvaluationSummary | null;
  /** 95 % intervals of the mean Dice per case over patients; null where there are none. */
  readonly intervals?: DiceIntervals | null;
  readonly pictures: Pictures;
  readonly failures: readonly Failure[];
  /** Whether every case has a page beside the report's. */
  readonly casePages?: boolean;
}
