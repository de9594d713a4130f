import { HeparError } from "../core/index.ts";
import {
  axialSlice,
  channelsOf,
  inputOf,
  neighboursOf,
  resizeBytes,
  resizeLogits,
} from "../slices/index.ts";
import type { CtVolume } from "../volume/index.ts";
import { channelRows } from "./channel-rows.ts";
import type { PatchAxis } from "./mirrors.ts";
import type { LoadedNetwork } from "./network.ts";
import type { Plane } from "./patch-planes.ts";
import { askerOf } from "./slide.ts";

/**
 * What a network says of whole slices, each stretched to its patch, prepared as for training (but for
 * the JPEG in between, whose error is 1 to 2 grey levels) and brought back to full size as numbers,
 * not labels.
 *
 * @param scan - turned as the network wants it
 * @yields [classes, rows, columns] of slice 0, 1, …
 * @throws `run.stopped`; `model.invalid` when the network's output is of another size
 */
export async function* stretch(
  scan: CtVolume,
  options: {
    readonly network: LoadedNetwork;
    readonly mirrors: readonly PatchAxis[];
    readonly signal?: AbortSignal | undefined;
  },
): AsyncGenerator<Plane, void, undefined> {
  const { network, signal } = options;
  const [width, height, depth] = scan.dims;
  const [toHeight, toWidth] = network.spec.input.patch;
  const { neighbours } = network.spec.input;
  const seen = sliceChannels(scan, network.spec.input);
  const { run } = askerOf(network, {
    channels: seen.channels,
    shape: [1, toHeight, toWidth],
    mirrors: options.mirrors,
  });
  const start = (k: number): Promise<Float32Array> => {
    const around = neighboursOf(k, { count: depth, neighbours });
    const answer = run(seen.of(around), 1);
    // Awaited later, or never after a stop: its failure must not end the process.
    answer.catch(() => {});
    return answer;
  };
  let running = start(0);
  for (let k = 0; k < depth; k++) {
    const values = await running;
    if (signal?.aborted) throw new HeparError("run.stopped", "stopped while predicting");
    // The runtime works on the next slice while this one is brought to full size.
    if (k + 1 < depth) running = start(k + 1);
    const small = { width: toWidth, height: toHeight };
    yield resizeLogits(values, { ...small, toWidth: width, toHeight: height });
  }
}

/** Slices at the network's size, kept while those further up still ask for them. */
function sliceChannels(
  scan: CtVolume,
  input: LoadedNetwork["spec"]["input"],
): { readonly channels: number; readonly of: (slices: readonly number[]) => Float32Array } {
  const { neighbours } = input;
  const { make, count } = sliceMaker(scan, input);
  const made = new Map<number, Float32Array>();
  const slice = (k: number): Float32Array => {
    const channels = made.get(k) ?? make(k);
    made.set(k, channels);
    made.delete(k - 2 * neighbours - 1);
    return channels;
  };
  return {
    channels: count * (2 * neighbours + 1),
    of(slices) {
      const planes = slices.map(slice);
      const stack = new Float32Array(planes.reduce((sum, { length }) => sum + length, 0));
      planes.forEach((plane, n) => {
        stack.set(plane, n * plane.length);
      });
      return stack;
    },
  };
}

interface SliceMaker {
  /** Channels of one slice. */
  readonly count: number;
  /** [count, rows, columns] at the network's size. */
  readonly make: (k: number) => Float32Array;
}

/** Bytes are resized as bytes, as for training; numbers linearly between pixel centres. */
function sliceMaker(
  scan: CtVolume,
  { patch: [toHeight, toWidth], intensity }: LoadedNetwork["spec"]["input"],
): SliceMaker {
  const [width, height] = scan.dims;
  const resize = { width, height, toWidth, toHeight };
  if (intensity.scheme === "windows") {
    const { windows, histogram } = intensity;
    return {
      count: windows.length + (histogram ? 1 : 0),
      make(k) {
        const channels = channelsOf(axialSlice<CtVolume["voxels"]>(scan, k), {
          windows,
          histogram,
        });
        return inputOf(resizeBytes(channels, resize));
      },
    };
  }
  const rows = channelRows(scan, { intensity }, { kept: 0 });
  const length = width * height;
  return {
    count: 1,
    make(k) {
      const plane = new Float32Array(length);
      rows.copy({ channel: 0, k, from: 0, length }, plane, 0);
      return resizeLogits(plane, resize);
    },
  };
}
