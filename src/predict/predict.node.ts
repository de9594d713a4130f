import { basename, join } from "node:path";
import { type CatalogRow, countLabels } from "../catalog/index.ts";
import { writeFoldersAtomically } from "../files/index.node.ts";
import type { NetworkSpec } from "../model/index.ts";
import { writeMask } from "../slices/index.node.ts";
import { axialSlice, type SliceOrientation, sliceCodes } from "../slices/index.ts";
import { readCt, readLabels, writeNifti, writeNiftiSlices } from "../volume/index.node.ts";
import {
  type LabelVolume,
  type NiftiHeader,
  reorient,
  reorientBack,
  requireSameShape,
} from "../volume/index.ts";
import { type Calibration, type LesionExample, lesionProbability } from "./calibration.ts";
import { featuresOf, type PredictedLesion, predictedLesions, sharesInTumour } from "./lesions.ts";
import type { VoxelMaps, WantedMaps } from "./maps.ts";
import type { LoadedNetwork } from "./network.ts";
import type { PostProcessingStep } from "./post-process.ts";
import { segment } from "./segment.ts";
import type { PredictionChoices, PredictionSettings } from "./settings.ts";
import { type PredictionWarning, predictionWarnings, requireCt } from "./warnings.ts";

/** A prediction's numbers, as its record holds them. */
export interface Prediction {
  /** Voxels by label, as text: 0 background, 1 liver, 2 tumour. */
  readonly labels: Record<string, number>;
  readonly settings: PredictionSettings;
  /** What was done to the labels after they were made, in order. */
  readonly postProcessing: readonly PostProcessingStep[];
  /** What somebody who relies on the mask has to know. */
  readonly warnings: readonly PredictionWarning[];
  /** Each predicted lesion, where the model was calibrated for it. */
  readonly lesions?: readonly PredictedLesion[];
}

/** How a scan is predicted. */
export interface PredictOptions {
  /** One, or several whose mean predicts. */
  readonly networks: readonly LoadedNetwork[];
  readonly choices?: PredictionChoices | undefined;
  /** Maps to write beside the mask, as float32 from 0 to 1 in steps of 1/255. */
  readonly maps?: MapChoices | undefined;
  /** What the training scans were like; default: as the first network's description says. */
  readonly training?: NetworkSpec["training"] | undefined;
  /** Says of each lesion how likely it is real. */
  readonly calibration?: Calibration | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type MapChoices = Pick<WantedMaps, "probabilities" | "entropy">;

/**
 * Predicts a case and writes predictions/<name>/<case>.nii.gz, on the scan's own grid with the
 * geometry fields of its header, and the slices predictions/<name>/slices/<case>/…png.
 *
 * @param options.name - the model's name in predictions/
 * @param options.orientation - of the slices, such as the cohort's images have, whatever the
 *   network's own; default radiological
 * @throws what `readCt` throws; `scan.not-ct`; `run.stopped`; `output.full`, `output.unwritable`
 */
export async function predictCase(
  row: Pick<CatalogRow, "case" | "scan_source">,
  options: PredictOptions & {
    readonly cohort: string;
    readonly name: string;
    readonly orientation?: SliceOrientation;
  },
): Promise<Prediction> {
  const { cohort, name, orientation = "radiological" } = options;
  const folder = join(cohort, "predictions", name);
  const made = await predictScan(row.scan_source, options);
  const codes = sliceCodes(made.header, orientation);
  await writeSlices(reorient(made.mask, codes), join(folder, "slices", row.case));
  await writeResult(made, join(folder, `${row.case}.nii.gz`));
  return made.prediction;
}

/**
 * Predicts one scan file, outside any cohort.
 *
 * @param options.out - the mask to write; maps go beside it, as `<name>-tumour.nii.gz` and so on
 * @throws as `predictCase`
 */
export async function predictFile(
  scanPath: string,
  options: PredictOptions & { readonly out: string },
): Promise<Prediction> {
  const made = await predictScan(scanPath, options);
  await writeResult(made, options.out);
  return made.prediction;
}

interface Made {
  readonly header: NiftiHeader;
  /** On the scan's own voxels, as they are stored, like the maps. */
  readonly mask: LabelVolume;
  readonly maps: VoxelMaps;
  readonly prediction: Prediction;
}

async function predictScan(path: string, options: PredictOptions): Promise<Made> {
  const { networks, choices = {}, maps = {}, calibration, signal } = options;
  const { scan, header } = await readCt(path);
  const judgement = requireCt(scan, header, path);
  const wanted = calibration === undefined ? maps : lesionMaps;
  const segmentation = await segment(scan, { networks, choices, maps: wanted, signal });
  const { settings, steps, codes } = segmentation;
  const { dims, affine, affineFrom } = header;
  const stored = (turned: LabelVolume): LabelVolume =>
    reorientBack(turned, { original: { dims, affine, affineFrom }, codes });
  const mask = stored(segmentation.mask);
  const warnings = predictionWarnings({
    scan,
    mask,
    judgement,
    training: options.training ?? networks[0].spec.training,
  });
  const made: VoxelMaps = Object.fromEntries(
    Object.entries(segmentation.maps).map(([name, map]) => [name, stored(map)]),
  );
  return {
    header,
    mask,
    maps: Object.fromEntries(Object.entries(made).filter(([name]) => isWanted(name, maps))),
    prediction: {
      ...{ labels: labelCounts(mask), settings, postProcessing: steps, warnings },
      ...(calibration && {
        lesions: predictedLesions(mask, made, (features) =>
          lesionProbability(features, calibration),
        ),
      }),
    },
  };
}

/** What lesions are judged by. */
const lesionMaps = { probabilities: true, entropy: true, agreement: true };

const isWanted = (name: string, { probabilities, entropy }: MapChoices): boolean =>
  (name === "entropy" && entropy === true) ||
  (["liver", "tumour"].includes(name) && probabilities === true);

/**
 * The lesions that networks predict in a scan whose truth is known: what a calibration learns from. A
 * lesion is real when a tenth of its voxels or more are tumour in the reference.
 *
 * @param reference - the mask's file, on the scan's voxels
 * @throws as `predictCase`; `geometry.mismatch`
 */
export async function lesionExamples(
  row: { readonly scan: string; readonly reference: string; readonly patient: string },
  options: PredictOptions,
): Promise<LesionExample[]> {
  const { networks, choices = {}, signal } = options;
  const { scan } = await readCt(row.scan);
  const reference = await readLabels(row.reference);
  requireSameShape(scan, reference);
  const { mask, maps, codes } = await segment(scan, {
    networks,
    choices,
    maps: lesionMaps,
    signal,
  });
  const shares = sharesInTumour(mask, reorient({ ...reference, affine: scan.affine }, codes));
  return predictedLesions(mask, maps, () => null).map((lesion, n) => ({
    features: featuresOf(lesion),
    isReal: shares[n] >= 0.1,
    patient: row.patient,
  }));
}

/** Maps first: where the mask is, all is. */
async function writeResult({ header, mask, maps }: Made, out: string): Promise<void> {
  const { geometry } = header;
  for (const [name, map] of Object.entries(maps)) {
    const size = map.dims[0] * map.dims[1];
    const slices = Array.from({ length: map.dims[2] }, (_, k) => k);
    await writeNiftiSlices(mapPath(out, name), sharesOf(map, slices, size), {
      ...{ grid: map, geometry, type: "float32" },
    });
  }
  await writeNifti(out, mask, { geometry });
}

/** `mask.nii.gz` → `mask-tumour.nii.gz` */
const mapPath = (out: string, name: string): string =>
  `${out.slice(0, -".nii.gz".length)}-${name}.nii.gz`;

function* sharesOf(
  { voxels }: LabelVolume,
  slices: readonly number[],
  size: number,
): Generator<Float32Array> {
  for (const k of slices) {
    yield Float32Array.from(voxels.subarray(k * size, (k + 1) * size), (byte) => byte / 255);
  }
}

/** Of every label that the network knows, also of those it found nowhere. */
const labelCounts = ({ voxels }: LabelVolume): Record<string, number> => ({
  ...{ 0: 0, 1: 0, 2: 0 },
  ...Object.fromEntries(countLabels(voxels)),
});

/** All slices of a case, or none. */
function writeSlices(mask: LabelVolume, folder: string): Promise<void> {
  const name = basename(folder);
  const [width, height, depth] = mask.dims;
  return writeFoldersAtomically([folder], async ([draft]) => {
    for (let k = 0; k < depth; k++) {
      const labels = Uint8Array.from(axialSlice<LabelVolume["voxels"]>(mask, k));
      await writeMask(join(draft, `${name}_slice_${k}.png`), { width, height, labels });
    }
  });
}
