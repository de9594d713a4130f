import { HeparError } from "../core/index.ts";
import {
  axialSlice,
  channelsOf,
  inputTensor,
  neighboursOf,
  resizeBytes,
  resizeLogits,
  type SliceOrientation,
  sliceCodes,
  stackNeighbours,
} from "../slices/index.ts";
import {
  type AxisCodes,
  type CtVolume,
  type LabelVolume,
  reorient,
  voxelCount,
} from "../volume/index.ts";
import { largestClass, meanOfNetworks, sureTumour } from "./classes.ts";
import { keepLiver } from "./keep-liver.ts";
import { mirrored, mirrorings } from "./mirrors.ts";
import type { LoadedModel } from "./model.node.ts";
import { withoutSmallTumours } from "./small-tumours.ts";

export interface Segmentation {
  /** Labels 0, 1, 2 on the scan's voxels, turned by `codes`. */
  readonly mask: LabelVolume;
  /** How the scan was turned for slicing; `reorientBack` undoes it. */
  readonly codes: AxisCodes;
  /** Voxels outside the largest connected part, which became background. */
  readonly removedVoxels: number;
  /** Voxels of tumours too small to be believed, which became liver. */
  readonly smallTumourVoxels: number;
}

/**
 * The mask of a scan, slice by slice. Each slice, with as many neighbours as the network sees, is
 * prepared as for training (but for the JPEG in between, whose error is 1 to 2 grey levels), run at
 * the network's size, and its logits, not its labels, are brought back to full size. Of several
 * networks, the mean of their probabilities counts, and the first says how labels are made of it.
 *
 * @param scan - any orientation
 * @throws `run.stopped` when the signal says so; `model.missing` without a network; `model.invalid`
 *   when they learned from slices cut in more than one way
 */
export async function segment(
  scan: CtVolume,
  options: {
    readonly networks: readonly LoadedModel[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Segmentation> {
  const { networks, signal } = options;
  const [{ description }] = requireOne(networks);
  const { smallestTumour } = description.prediction;
  const codes = sliceCodes(scan, orientationOf(networks));
  const turned = reorient(scan, codes);
  const { dims, affine, affineFrom } = turned;
  const voxels = new Uint8Array(voxelCount(turned));
  await labelSlices(turned, { voxels, networks, signal });
  const { mask, removedVoxels } = keepLiver({ kind: "labels", dims, affine, affineFrom, voxels });
  const believed = withoutSmallTumours(mask, smallestTumour);
  return { mask: believed.mask, codes, removedVoxels, smallTumourVoxels: believed.removedVoxels };
}

/** How the slices were cut that the networks learned from: theirs are cut alike. */
function orientationOf(networks: readonly LoadedModel[]): SliceOrientation {
  const [orientation = "radiological", ...others] = new Set(
    networks.map(({ description }) => description.orientation ?? "radiological"),
  );
  if (others.length === 0) return orientation;
  throw new HeparError(
    "model.invalid",
    `the networks learned from slices cut in more than one way: ${[orientation, ...others].join(", ")}`,
    { hint: "train all of them on the slices of one cohort" },
  );
}

function requireOne(
  networks: readonly LoadedModel[],
): readonly [LoadedModel, ...(readonly LoadedModel[])] {
  const [first, ...others] = networks;
  if (first === undefined) throw new HeparError("model.missing", "no network to predict with");
  return [first, ...others];
}

async function labelSlices(
  scan: CtVolume,
  options: {
    /** Filled, [i, j, k]. */
    readonly voxels: Uint8Array;
    readonly networks: readonly LoadedModel[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { voxels, networks, signal } = options;
  const { dims } = scan;
  const depth = dims[2];
  const [{ description }] = requireOne(networks);
  const { tumourThreshold: threshold } = description.prediction;
  const runs = networks.map((network) => ({ network, run: runnerOf(scan, network) }));
  const start = (k: number): Promise<Float32Array>[] => runs.map(({ run }) => run(k));
  let running = start(0);
  for (let k = 0; k < depth; k++) {
    const logits = await Promise.all(running);
    if (signal?.aborted) throw new HeparError("run.stopped", "stopped while predicting");
    // The runtime works on the next slice while this one is brought to full size.
    if (k + 1 < depth) running = start(k + 1);
    const full = logits.map((own, n) => {
      const { imageSize: size } = runs[n].network.description;
      return resizeLogits(own, {
        ...{ width: size, height: size, toWidth: dims[0], toHeight: dims[1] },
      });
    });
    const mean = meanOfNetworks(full, { pixels: dims[0] * dims[1] });
    const into = axialSlice({ dims, voxels }, k);
    if (threshold === undefined) largestClass(mean, into);
    else sureTumour(mean, { into, threshold });
  }
}

/** Runs a network on a slice and its neighbours; gives the logits at the network's size. */
function runnerOf(scan: CtVolume, network: LoadedModel): (k: number) => Promise<Float32Array> {
  const { imageSize: size, neighbours } = network.description;
  const seen = slicesOf(scan, { size, neighbours });
  return (k) => {
    const around = neighboursOf(k, { count: scan.dims[2], neighbours });
    const channels = stackNeighbours(around.map(seen));
    const image = inputTensor([{ width: size, height: size, channels }], { size });
    const logits = logitsOf(image, network);
    // Awaited later, or never after a stop: its failure must not end the process.
    logits.catch(() => {});
    return logits;
  };
}

/** The logits of one slice: their mean over its mirror images, where the model wants that. */
async function logitsOf(
  image: Float32Array,
  { session, description }: LoadedModel,
): Promise<Float32Array> {
  const { imageSize: size, prediction } = description;
  if (!prediction.mirrors) return (await session.run({ image })).logits;
  let sum: Float32Array | undefined;
  for (const mirroring of mirrorings) {
    const { logits } = await session.run({ image: mirrored(image, mirroring, { size }) });
    const back = mirrored(logits, mirroring, { size });
    sum = sum === undefined ? back : sum.map((value, at) => value + back[at]);
  }
  // The largest class of a mean is that of a sum, but whoever reads logits expects their size.
  return (sum ?? image).map((value) => value / mirrorings.length);
}

/**
 * The channels of slice k at the network's size, [3, size, size]; kept while the neighbours of slices
 * further up are still to be asked for.
 */
function slicesOf(
  scan: CtVolume,
  { size, neighbours }: { readonly size: number; readonly neighbours: number },
): (k: number) => Uint8Array {
  const [width, height] = scan.dims;
  const kept = new Map<number, Uint8Array>();
  return (k) => {
    const known = kept.get(k);
    if (known !== undefined) return known;
    const channels = channelsOf(axialSlice<CtVolume["voxels"]>(scan, k));
    const slice = resizeBytes(channels, { width, height, toWidth: size, toHeight: size });
    kept.set(k, slice);
    kept.delete(k - 2 * neighbours - 1);
    return slice;
  };
}
