import { HeparError } from "../core/index.ts";
import type { NetworkSpec } from "../model/index.ts";
import { sliceCodes } from "../slices/index.ts";
import {
  type AxisCodes,
  axisCodes,
  type CtVolume,
  type Grid,
  gridOfShape,
  type LabelVolume,
  reorient,
  resample,
  spacingIsKnown,
  spacingOf,
  type Triple,
  voxelCount,
} from "../volume/index.ts";
import { type Labelling, labellingOf } from "./labelling.ts";
import { MapPainter, type VoxelMaps, type WantedMaps } from "./maps.ts";
import { nativePlanes, type PlaneGrid } from "./native-planes.ts";
import type { LoadedNetwork } from "./network.ts";
import { lengthsOf, type Plane, placePlane, type Sweep, sweeps } from "./patch-planes.ts";
import { type PostProcessingStep, postProcess } from "./post-process.ts";
import { type PredictionChoices, type PredictionSettings, settingsOf } from "./settings.ts";
import { slide } from "./slide.ts";
import { stretch } from "./stretch.ts";

export interface Segmentation {
  /** The network's labels on the scan's voxels, turned by `codes`. */
  readonly mask: LabelVolume;
  /** How the scan was turned for the network; `reorientBack` undoes it. */
  readonly codes: AxisCodes;
  readonly settings: PredictionSettings;
  /** What was done to the labels, in order. */
  readonly steps: readonly PostProcessingStep[];
  /** The maps that were asked for, turned as the mask is. */
  readonly maps: VoxelMaps;
}

/**
 * The mask of a scan. It is turned and resampled as the network wants, seen patch by patch (`slide`)
 * or slice by slice (`stretch`), and its numbers, not its labels, are brought back plane by plane: no
 * class is ever held at full size. Of several networks, the mean of their probabilities counts, and
 * the first says how labels are made of it.
 *
 * @param scan - any orientation
 * @param options.choices - in place of what the first network's description says
 * @param options.maps - what to keep of each voxel besides its label; a byte a voxel each
 * @throws `run.stopped` when the signal says so; `model.missing` without a network; `model.invalid`
 *   when they want their slices cut in more than one way or have other classes, and when what a
 *   network gives is not what its description says
 */
export async function segment(
  scan: CtVolume,
  options: {
    readonly networks: readonly LoadedNetwork[];
    readonly choices?: PredictionChoices;
    readonly maps?: WantedMaps;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Segmentation> {
  const { networks, choices = {}, maps = {}, signal } = options;
  const { spec } = requireAlike(networks);
  const settings = settingsOf(spec, choices);
  const codes = codesOf(spec.input.orientation, scan);
  const turned = reorient(scan, codes);
  const sweep = sweepOf(turned, networks);
  const voxels = new Uint8Array(voxelCount(turned));
  const labelling = labellingOf(spec.output, {
    tumourThreshold: settings.tumourThreshold ?? undefined,
  });
  const painter = new MapPainter(maps, { labelling, grid: turned, sweep });
  const sources = networks.map((network) =>
    planesOf(turned, { network, settings: ownSettings(network, settings, choices), sweep, signal }),
  );
  try {
    await paint(sources, { labelling, painter, sweep, turned, voxels });
  } finally {
    for (const source of sources) await source.return?.();
  }
  const { dims, affine, affineFrom } = turned;
  const raw: LabelVolume = { kind: "labels", dims, affine, affineFrom, voxels };
  const { mask, steps } = postProcess(raw, settings);
  return { mask, codes, settings, steps, maps: painter.maps() };
}

/** Each network mirrors as it is used to, unless told. */
const ownSettings = (
  { spec }: LoadedNetwork,
  settings: PredictionSettings,
  choices: PredictionChoices,
): PredictionSettings => ({ ...settings, mirrors: settingsOf(spec, choices).mirrors });

async function paint(
  sources: readonly AsyncIterator<Plane>[],
  to: {
    readonly labelling: Labelling;
    readonly painter: MapPainter;
    readonly sweep: Sweep;
    readonly turned: Grid;
    readonly voxels: Uint8Array;
  },
): Promise<void> {
  const { labelling, painter, sweep, turned, voxels } = to;
  const lengths = lengthsOf(turned.dims);
  const [a, b] = sweep.across;
  const labels = new Uint8Array(lengths[a] * lengths[b]);
  for (let n = 0; n < lengths[sweep.axis]; n++) {
    const steps = await Promise.all(sources.map((source) => source.next()));
    const each = steps.flatMap(({ value, done }) => (done === true ? [] : [value as Plane]));
    if (each.length < sources.length) throw new HeparError("defect", `plane ${n} was not made`);
    labelling.labels(each, labels);
    placePlane(labels, { n, sweep, lengths, into: voxels });
    painter.add(each, n);
  }
}

/** A network's numbers on the turned scan's own planes. */
function planesOf(
  turned: CtVolume,
  options: {
    readonly network: LoadedNetwork;
    readonly settings: PredictionSettings;
    readonly sweep: Sweep;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<Plane, void, undefined> {
  const { network, settings, sweep, signal } = options;
  const { input, resampling } = network.spec;
  if (input.cover === "stretch") {
    return stretch(turned, { network, mirrors: settings.mirrors, signal });
  }
  const dims = workingDims(turned, input);
  const seen = atSpacing(turned, { dims, resampling });
  const planes = slide(seen, { network, sliding: settings, sweep, signal });
  if (dims.every((length, axis) => length === turned.dims[axis])) return planes;
  return nativePlanes(planes, {
    from: planeGrid({ dims }, sweep),
    to: planeGrid(turned, sweep),
    order: resampling.output,
  });
}

/**
 * The shape at the spacing that a network wants, rounded as nnU-Net does; the scan's own along an axis
 * of which it wants nothing, and where the scan does not know its spacing.
 */
function workingDims(turned: Grid, { spacingMm }: NetworkSpec["input"]): Triple {
  if (!spacingIsKnown(turned)) return turned.dims;
  const spacing = spacingOf(turned.affine);
  const [z, y, x] = spacingMm;
  const along = (axis: 0 | 1 | 2, wanted: number | null): number =>
    wanted === null
      ? turned.dims[axis]
      : Math.max(1, Math.round((spacing[axis] / wanted) * turned.dims[axis]));
  return [along(0, x), along(1, y), along(2, z)];
}

function atSpacing(
  turned: CtVolume,
  { dims, resampling }: { readonly dims: Triple; readonly resampling: NetworkSpec["resampling"] },
): CtVolume {
  if (dims.every((length, axis) => length === turned.dims[axis])) return turned;
  return resample(turned, gridOfShape(turned, dims), {
    interpolation: resampling.image === 3 ? "cubic" : "linear",
    antialias: resampling.antialias,
  });
}

const planeGrid = ({ dims }: Pick<Grid, "dims">, { axis, across: [a, b] }: Sweep): PlaneGrid => {
  const lengths = lengthsOf(dims);
  return { count: lengths[axis], height: lengths[a], width: lengths[b] };
};

/**
 * Along which axis planes are made: slices, where a network sees slices; else the one of which a patch
 * is the smallest part, since so much of the scan is held at once.
 */
function sweepOf(turned: Grid, networks: readonly LoadedNetwork[]): Sweep {
  if (networks.some(({ spec }) => spec.input.kind !== "3d")) return sweeps[0];
  const [{ spec }] = networks;
  const lengths = lengthsOf(workingDims(turned, spec.input));
  const part = ({ axis }: Sweep): number => spec.input.patch[axis] / lengths[axis];
  return sweeps.reduce((best, sweep) => (part(sweep) < part(best) ? sweep : best));
}

/** How the scan's axes run for the network. */
function codesOf(orientation: NetworkSpec["input"]["orientation"], scan: Grid): AxisCodes {
  if (orientation === "stored") return axisCodes(scan.affine);
  return orientation === "notebook" ? sliceCodes(scan, "notebook") : orientation;
}

function requireAlike(networks: readonly LoadedNetwork[]): LoadedNetwork {
  const [first] = networks;
  if (first === undefined) throw new HeparError("model.missing", "no network to predict with");
  const ways = new Set(networks.map(({ spec }) => spec.input.orientation));
  if (ways.size > 1) {
    throw new HeparError(
      "model.invalid",
      `the networks want scans turned in more than one way: ${[...ways].join(", ")}`,
      { hint: "train all of them on the slices of one cohort" },
    );
  }
  const classes = new Set(
    networks.map(({ spec: { output } }) =>
      [output.activation, output.values, ...output.classes.map(({ label }) => label)].join(" "),
    ),
  );
  if (classes.size > 1) {
    throw new HeparError(
      "model.invalid",
      `the networks tell other classes apart: ${[...classes].join("; ")}`,
      { hint: "only networks of the same classes predict together" },
    );
  }
  return first;
}
