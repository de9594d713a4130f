import { HeparError } from "../core/index.ts";
import type { NetworkSpec } from "../model/index.ts";
import { neighboursOf } from "../slices/index.ts";
import type { CtVolume } from "../volume/index.ts";
import { type ChannelRows, channelRows } from "./channel-rows.ts";
import { mirrored, mirrorings, type PatchAxis } from "./mirrors.ts";
import { type LoadedNetwork, type PatchNetwork, patchNetwork } from "./network.ts";
import { lengthsOf, PatchPlanes, type Plane, type Sweep } from "./patch-planes.ts";
import { type Lengths, paddingBefore, patchStarts, patchWeights } from "./patches.ts";

/** How patches are laid over a scan. */
export interface Sliding {
  readonly overlap: number;
  readonly weights: "gaussian" | "constant";
  readonly mirrors: readonly PatchAxis[];
  /** Patches that the network gets at once, where it takes several. */
  readonly batch: number;
  /** Whether patches that hold nothing but air are run too; else they are background. */
  readonly air: boolean;
}

/** HU above which a voxel is tissue rather than air or lung, as for `bodyBox`. */
const tissue = -500;

/**
 * What a network says of a scan through a sliding window: the weighted mean of its patches, one plane
 * after the other across the swept axis.
 *
 * @param scan - turned and at the spacing that the network wants
 * @yields [classes, a, b], logits or probabilities, whatever the network gives
 * @throws `run.stopped`; `model.invalid` when the network's output is of another size
 * @see monai.inferers `sliding_window_inference`: equal where every patch is run (test/oracle/predict)
 */
export async function* slide(
  scan: CtVolume,
  options: {
    readonly network: LoadedNetwork;
    readonly sliding: Sliding;
    readonly sweep: Sweep;
    readonly signal?: AbortSignal | undefined;
  },
): AsyncGenerator<Plane, void, undefined> {
  const { network, sliding, sweep, signal } = options;
  const { spec } = network;
  const shape = patchShape(spec.input);
  const lengths = lengthsOf(scan.dims);
  const rows = channelRows(scan, spec.input, { kept: shape[0] + 2 * spec.input.neighbours + 1 });
  const look = lookerOf(scan, { rows, shape, neighbours: spec.input.neighbours });
  const ask = askerOf(network, { channels: look.channels, shape, mirrors: sliding.mirrors });
  const planes = new PatchPlanes({ sweep, lengths, nothing: nothingOf(spec) });
  const weights = patchWeights(shape, sliding.weights);
  const starts = lengths.map((length, axis) => startsAlong(length, shape[axis], sliding.overlap));
  let done = 0;
  for (const [n, swept] of starts[sweep.axis].entries()) {
    const places = placesAt(starts, sweep, swept).filter(
      (place) => sliding.air || hasTissue(scan, { place, shape }),
    );
    await runBatches(places, { look, ask, batch: sliding.batch, signal }, (patch, place) =>
      planes.add(patch, { starts: place, shape, weights }),
    );
    const next = starts[sweep.axis][n + 1] ?? lengths[sweep.axis];
    for (; done < next; done++) yield planes.take(done);
  }
}

/** [slices, rows, columns]: of a network of slices, one slice. */
function patchShape({ patch }: NetworkSpec["input"]): Lengths {
  const [columns, rows, slices = 1] = patch.toReversed();
  return [slices, rows, columns];
}

const startsAlong = (length: number, patch: number, overlap: number): number[] => {
  const before = paddingBefore(length, patch);
  return patchStarts(length, { patch, overlap }).map((start) => start - before);
};

function placesAt(
  starts: readonly (readonly number[])[],
  { axis, across: [a, b] }: Sweep,
  swept: number,
): Lengths[] {
  return starts[a].flatMap((first) =>
    starts[b].map((second) => {
      const place: [number, number, number] = [0, 0, 0];
      [place[axis], place[a], place[b]] = [swept, first, second];
      return place;
    }),
  );
}

/** What a voxel is that no patch saw: background beyond doubt. */
function nothingOf({ output }: NetworkSpec): number[] {
  const [no, yes] = output.values === "probabilities" ? [0, 1] : [-30, 30];
  return output.classes.map(({ label }) =>
    output.activation === "softmax" && label === 0 ? yes : no,
  );
}

interface Looker {
  readonly channels: number;
  /** Numbers of one patch: channels × shape. */
  readonly size: number;
  /** A patch [channels, …shape] into `into`, from `at` on; 0 beyond the scan, as MONAI pads. */
  readonly fill: (place: Lengths, into: Float32Array, at: number) => void;
}

function lookerOf(
  { dims: [width, height, depth] }: CtVolume,
  options: { readonly rows: ChannelRows; readonly shape: Lengths; readonly neighbours: number },
): Looker {
  const { rows, shape, neighbours } = options;
  const seen = 2 * neighbours + 1;
  const channels = seen * rows.count;
  return {
    channels,
    size: channels * shape[0] * shape[1] * shape[2],
    fill([z, y, x], into, at) {
      const first = Math.max(0, -x);
      const length = Math.min(shape[2], width - x) - first;
      for (let c = 0; c < channels; c++) {
        for (let k = 0; k < shape[0]; k++) {
          const slice = z + k;
          const inside = slice >= 0 && slice < depth;
          const shown = inside
            ? neighboursOf(slice, { count: depth, neighbours })[Math.floor(c / rows.count)]
            : 0;
          for (let j = 0; j < shape[1]; j++) {
            const row = y + j;
            const to = at + ((c * shape[0] + k) * shape[1] + j) * shape[2];
            into.fill(0, to, to + shape[2]);
            if (!inside || row < 0 || row >= height) continue;
            const from = row * width + x + first;
            rows.copy({ channel: c % rows.count, k: shown, from, length }, into, to + first);
          }
        }
      }
    },
  };
}

interface Asker {
  readonly run: (patches: Float32Array, n: number) => Promise<Float32Array>;
  readonly batch: number | undefined;
}

/** The network on patches and their mirror images, whose mean counts. */
export function askerOf(
  network: LoadedNetwork,
  options: {
    readonly channels: number;
    readonly shape: Lengths;
    readonly mirrors: readonly PatchAxis[];
  },
): Asker {
  const { channels, shape, mirrors } = options;
  const lengths = network.spec.input.kind === "3d" ? shape : shape.slice(1);
  const patches: PatchNetwork = patchNetwork(network, { channels, shape: lengths });
  const turns = mirrorings(mirrors);
  return {
    batch: patches.batch,
    async run(given, n) {
      if (turns.length === 1) return patches.run(given, n);
      const sum = new Float32Array((await patches.run(given, n)).map(Number));
      for (const axes of turns.slice(1)) {
        const answer = await patches.run(mirrored(given, axes, shape), n);
        const back = mirrored(answer, axes, shape);
        for (let at = 0; at < sum.length; at++) sum[at] += back[at];
      }
      return sum.map((value) => value / turns.length);
    },
  };
}

async function runBatches(
  places: readonly Lengths[],
  how: {
    readonly look: Looker;
    readonly ask: Asker;
    readonly batch: number;
    readonly signal: AbortSignal | undefined;
  },
  use: (patch: Float32Array, place: Lengths) => void,
): Promise<void> {
  const { look, ask, signal } = how;
  const most = Math.max(1, Math.min(how.batch, ask.batch ?? how.batch));
  const start = (from: number) => {
    const batch = places.slice(from, from + most);
    // A network that takes just so many gets the last ones filled up with nothing.
    const n = ask.batch ?? batch.length;
    const patches = new Float32Array(n * look.size);
    batch.forEach((place, at) => {
      look.fill(place, patches, at * look.size);
    });
    const answer = ask.run(patches, n);
    // Awaited later, or never after a stop: its failure must not end the process.
    answer.catch(() => {});
    return { batch, answer, n };
  };
  if (places.length === 0) return;
  let running = start(0);
  for (let from = 0; from < places.length; from += most) {
    const { batch, answer, n } = running;
    const patches = await answer;
    if (signal?.aborted) throw new HeparError("run.stopped", "stopped while predicting");
    // The runtime works on the next patches while these are added up.
    if (from + most < places.length) running = start(from + most);
    const size = patches.length / n;
    batch.forEach((place, at) => {
      use(patches.subarray(at * size, (at + 1) * size), place);
    });
  }
}

function hasTissue(
  { dims: [width, height, depth], voxels }: CtVolume,
  { place: [z, y, x], shape }: { readonly place: Lengths; readonly shape: Lengths },
): boolean {
  const [from, to] = [Math.max(0, x), Math.min(width, x + shape[2])];
  for (let k = Math.max(0, z); k < Math.min(depth, z + shape[0]); k++) {
    for (let j = Math.max(0, y); j < Math.min(height, y + shape[1]); j++) {
      const row = width * (j + height * k);
      for (let i = from; i < to; i++) if (voxels[row + i] > tissue) return true;
    }
  }
  return false;
}
