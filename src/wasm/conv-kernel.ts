import { sizeOf } from "../onnx/index.ts";
import {
  add,
  type Body,
  type Expr,
  get,
  i32,
  type Local,
  lessThan,
  multiply,
} from "./assembler.ts";
import { type Kernel, pointersAt, share, type Target } from "./kernel.ts";
import { overPanels, panelsOf } from "./panels.ts";
import { addressOf, type Place } from "./place.ts";
import { Tile } from "./tile.ts";

/** x [n, c, …], already with its zeros around, packed weights, target [n, o, …]. */
export interface Convolution {
  readonly x: Place;
  /** For each tile of outputs [kernel…, c, outputs of the tile], one after the other. */
  readonly weight: Place;
  readonly target: Place;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
}

const number = 4;

/** Outputs that a tile computes side by side: more would not fit into the processor's registers. */
export const tileHeight = 4;

/** So much of the image is worked on for all outputs before the next part: it stays in the cache. */
const nearBytes = 192 * 1024;

export function convKernel(convolution: Convolution): Kernel {
  const { x, weight, target, kernel } = convolution;
  return {
    reads: [x, weight],
    writes: [target],
    about: `convolution ${x.shape.join("×")}, kernel ${kernel.join("×")} → ${target.shape.join("×")}`,
    cost: (sizeOf(target.shape) * x.shape[1] * sizeOf(kernel)) / 4,
    write: (to) =>
      to.assembler.func(1, (body, [thread]) => writeConv(body, thread, { ...convolution, to })),
  };
}

type Job = Convolution & { readonly to: Target };

/** Parts of a line's rows for every tile of outputs, so that image and weights both stay near. */
function writeConv(body: Body, thread: Local, job: Job): void {
  const { x, target, to, kernel, strides } = job;
  const { shape } = rowsOf(job);
  const rowBytes = x.shape[1] * (x.strides.at(-2) ?? 1) * number * (strides.at(-2) ?? 1);
  const rowsNear = Math.max(1, Math.floor(nearBytes / rowBytes));
  const [from, until] = share(body, thread, { total: sizeOf(shape), threads: to.threads });
  const end = body.local("i32");
  const outputs = target.shape[1];
  const tiles = Math.floor(outputs / tileHeight);
  const tileBytes = tileHeight * x.shape[1] * sizeOf(kernel) * number;
  body.loop(from, get(until), {
    step: rowsNear,
    body: () => {
      body.set(end, add(get(from), i32(rowsNear)));
      body.if(lessThan(get(until), get(end)), () => body.set(end, get(until)));
      const tile = body.let("i32", i32(0));
      body.loop(tile, i32(tiles), {
        step: 1,
        body: () =>
          overRows(body, job, { from, end, tile: get(tile), tileBytes, height: tileHeight }),
      });
      const height = outputs % tileHeight;
      if (height > 0) overRows(body, job, { from, end, tile: i32(tiles), tileBytes, height });
    },
  });
}

/** A row is one line of one sample; where each begins in x and in the target. */
function rowsOf({ x, target, strides }: Job) {
  const lines = target.shape.slice(2, -1);
  const walkOf = (place: Place, steps: readonly number[]) => ({
    start: i32(addressOf(place)),
    strides: [
      place.strides[0] * number,
      ...lines.map((_, axis) => place.strides[axis + 2] * steps[axis] * number),
    ],
  });
  return {
    shape: [target.shape[0], ...lines],
    pointers: [
      walkOf(x, strides),
      walkOf(
        target,
        strides.map(() => 1),
      ),
    ],
  };
}

function overRows(
  body: Body,
  job: Job,
  part: { from: Local; end: Local; tile: Expr; tileBytes: number; height: number },
): void {
  const { weight, target, strides } = job;
  const across = strides.at(-1) ?? 1;
  const length = target.shape.at(-1) ?? 1;
  const panels =
    across <= 2 ? panelsOf(length) : { width: 1 as const, count: length, last: length - 1 };
  const tile = convTile(job, part.height, panels.width);
  const weights = body.let(
    "i32",
    add(i32(addressOf(weight)), multiply(part.tile, i32(part.tileBytes))),
  );
  const output = body.let("i32", multiply(part.tile, i32(tileHeight * target.strides[1] * number)));
  const row = body.let("i32", get(part.from));
  body.loop(row, get(part.end), {
    step: 1,
    body: () => {
      const [image, result] = pointersAt(body, rowsOf(job), row);
      body.increase(result, get(output));
      overPanels(body, panels, (column) => {
        body.call(
          tile,
          get(weights),
          add(get(image), multiply(get(column), i32(across * number))),
          add(get(result), multiply(get(column), i32(number))),
        );
      });
    },
  });
}

/** One tile: so many outputs, so many neighbours of a line; over the kernel's places and channels. */
function convTile(job: Job, height: number, width: 8 | 4 | 1): number {
  const { x, target, kernel, strides, to } = job;
  const offsets = placesOf(kernel).map((place) =>
    place.reduce((sum, index, axis) => sum + index * x.strides[axis + 2] * number, 0),
  );
  const channels = x.shape[1];
  const plane = x.strides[1] * number;
  const outputBytes = target.strides[1] * number;
  const apart = strides.at(-1) === 2 && width > 1 ? 2 : 1;
  const key = ["conv", height, width, channels, plane, outputBytes, apart, offsets].join();
  return to.assembler.once(key, 3, (body, [left, image, result]) => {
    const tile = new Tile(body, { height, width, target: to });
    tile.clear();
    // One place of the kernel a loop: with more, V8 loads all first and runs out of registers.
    for (const offset of offsets) {
      const at = body.let("i32", add(get(image), i32(offset)));
      const channel = body.let("i32", i32(0));
      body.loop(channel, i32(channels), {
        step: 1,
        body: () => {
          tile.grow(
            { address: get(at), offset: 0, apart },
            { address: get(left), offsetOf: (row) => row * number },
          );
          body.increase(left, i32(height * number));
          body.increase(at, i32(plane));
        },
      });
    }
    tile.store(get(result), outputBytes);
  });
}

/** Every index of a box, the last axis fastest. */
function placesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (places, size) =>
      places.flatMap((place) => Array.from({ length: size }, (_, n) => [...place, n])),
    [[]],
  );
}
