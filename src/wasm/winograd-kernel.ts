import { sizeOf } from "../onnx/index.ts";
import {
  add,
  type Body,
  type Expr,
  get,
  i32,
  type Local,
  lanes,
  lessThan,
  multiply,
} from "./assembler.ts";
import { type Kernel, pointersAt, share, type Target, type Walk } from "./kernel.ts";
import { addressOf, freshPlace, type Place } from "./place.ts";
import { Tile } from "./tile.ts";
import { alongBoth, imageTransform, resultTransform } from "./winograd-transforms.ts";

/** A 3 × 3 convolution of x [n, c, h + 2, w + 2], stride 1. */
export interface WinogradConvolution {
  readonly x: Place;
  /** [tiles of outputs, 4, 4, c, 4], as `winogradWeights` gives them. */
  readonly weight: Place;
  readonly target: Place;
}

/**
 * A unit is two rows of eight pixels: four squares of two by two, one a lane. A panel is two units, so
 * that a tile of products has its eight columns.
 */
const unit = { height: 2, width: 8 } as const;
const number = 4;
const vector = 16;
const positions = 16;
const tileHeight = 4;

/** So much of the transformed image is kept at a time. */
const nearBytes = 256 * 1024;

/** Whether a convolution's results fall into units. */
export const winogradFits = (
  target: Place,
  {
    kernel,
    strides,
    channels,
  }: { kernel: readonly number[]; strides: readonly number[]; channels: number },
): boolean => {
  const [, outputs, height, width] = target.shape;
  return (
    kernel.join() === "3,3" &&
    strides.join() === "1,1" &&
    channels >= 8 &&
    outputs % tileHeight === 0 &&
    height % unit.height === 0 &&
    width % unit.width === 0
  );
};

export function winogradKernel(convolution: WinogradConvolution, threads: number): Kernel {
  const { x, weight, target } = convolution;
  const channels = x.shape[1];
  const panelBytes = positions * channels * 2 * vector;
  const panelsNear = Math.max(1, Math.floor(nearBytes / panelBytes));
  const roomBytes = panelsNear * panelBytes + positions * tileHeight * 2 * vector;
  // For each thread: a part of the image, transformed, then a tile's products.
  const room = freshPlace([threads, roomBytes / number]);
  return {
    reads: [x, weight],
    writes: [target, room],
    about: `Winograd ${x.shape.join("×")} → ${target.shape.join("×")}`,
    cost: (sizeOf(target.shape) * channels * 9) / 4,
    write: (to) =>
      to.assembler.func(1, (body, [thread]) => {
        const own = body.let(
          "i32",
          add(i32(addressOf(room)), multiply(get(thread), i32(roomBytes))),
        );
        writeWinograd(body, thread, { ...convolution, to, own, panelBytes, panelsNear });
      }),
  };
}

interface Job extends WinogradConvolution {
  readonly to: Target;
  /** This thread's room. */
  readonly own: Local;
  readonly panelBytes: number;
  readonly panelsNear: number;
}

/** Some panels of the image are transformed, multiplied with all weights, and transformed back. */
function writeWinograd(body: Body, thread: Local, job: Job): void {
  const { weight, target, to, own, panelBytes, panelsNear } = job;
  const channels = weight.shape[3];
  const units = unitsOf(job);
  const total = Math.ceil(sizeOf(units.shape) / 2);
  const [from, until] = share(body, thread, { total, threads: to.threads });
  const end = body.local("i32");
  const products = body.let("i32", add(get(own), i32(panelsNear * panelBytes)));
  const tile = productTile(to, channels);
  const image = imageKernel(to, job);
  const result = resultKernel(to, target);
  const overPanels = (each: (panel: Local, room: Local) => void): void => {
    const panel = body.let("i32", get(from));
    const room = body.let("i32", get(own));
    body.loop(panel, get(end), {
      step: 1,
      body: () => {
        each(panel, room);
        body.increase(room, i32(panelBytes));
      },
    });
  };
  body.loop(from, get(until), {
    step: panelsNear,
    body: () => {
      body.set(end, add(get(from), i32(panelsNear)));
      body.if(lessThan(get(until), get(end)), () => body.set(end, get(until)));
      overPanels((panel, room) => {
        for (const half of [0, 1]) {
          const [source] = atUnit(body, units, { panel, half });
          body.call(image, get(source), add(get(room), i32(half * vector)));
        }
      });
      const weights = body.let("i32", i32(addressOf(weight)));
      const output = body.let("i32", i32(0));
      body.loop(output, i32(target.shape[1]), {
        step: tileHeight,
        body: () => {
          const plane = body.let("i32", multiply(get(output), i32(target.strides[1] * number)));
          overPanels((panel, room) => {
            body.call(tile, get(weights), get(room), get(products));
            for (const half of [0, 1]) {
              const [, place] = atUnit(body, units, { panel, half });
              body.call(
                result,
                add(get(products), i32(half * vector)),
                add(get(place), get(plane)),
              );
            }
          });
          body.increase(weights, i32(positions * channels * vector));
        },
      });
    },
  });
}

/** Where each unit begins, in the image and in the target. */
function unitsOf({ x, target }: WinogradConvolution): Walk {
  const [batch, , height, width] = target.shape;
  return {
    shape: [batch, height / unit.height, width / unit.width],
    pointers: [x, target].map((place) => ({
      start: i32(addressOf(place)),
      strides: [place.strides[0], unit.height * place.strides[2], unit.width].map(
        (stride) => stride * number,
      ),
    })),
  };
}

/** Pointers to one of a panel's two units; behind the last, to the last once more. */
function atUnit(body: Body, units: Walk, { panel, half }: { panel: Local; half: number }): Local[] {
  const last = sizeOf(units.shape) - 1;
  const index = body.let("i32", add(multiply(get(panel), i32(2)), i32(half)));
  if (last % 2 === 0) body.if(lessThan(i32(last), get(index)), () => body.set(index, i32(last)));
  return pointersAt(body, units, index);
}

/** Transforms a unit of every channel: (source, room) → [position, c, 2 units, 4 lanes]. */
function imageKernel(to: Target, { x, panelBytes }: Pick<Job, "x" | "panelBytes">): number {
  const plane = x.strides[1] * number;
  const row = x.strides[2] * number;
  const key = ["Winograd image", x.shape[1], plane, row].join();
  return to.assembler.once(key, 2, (body, [source, room]) => {
    const channel = body.let("i32", i32(0));
    body.loop(channel, i32(x.shape[1]), {
      step: 1,
      body: () => {
        const squares = [0, 1, 2, 3].flatMap((n) => columnsOf(body, get(source), n * row));
        alongBoth(body, squares, imageTransform).forEach((local, position) => {
          body.store(get(room), get(local), position * (panelBytes / positions));
        });
        body.increase(source, i32(plane));
        body.increase(room, i32(2 * vector));
      },
    });
  });
}

/** Of ten numbers in a row, the first, second, third and fourth column of four overlapping squares. */
function columnsOf(body: Body, address: Expr, offset: number): Local[] {
  const bytes = (places: readonly number[]): number[] =>
    places.flatMap((place) => [0, 1, 2, 3].map((byte) => place * number + byte));
  return [0, 2].flatMap((start) => {
    const at = offset + start * number;
    const low = body.let("v128", lanes.load(address, at));
    const high = body.let("v128", lanes.load(address, at + vector));
    return [
      body.let("v128", lanes.shuffle(get(low), get(high), bytes([0, 2, 4, 6]))),
      body.let("v128", lanes.shuffle(get(low), get(high), bytes([1, 3, 5, 7]))),
    ];
  });
}

/** Products of four outputs and eight squares, for each position: (weights, room, products). */
function productTile(to: Target, channels: number): number {
  return to.assembler.once(
    `Winograd products ${channels}`,
    3,
    (body, [weights, room, products]) => {
      const tile = new Tile(body, { height: tileHeight, width: 8, target: to });
      const position = body.let("i32", i32(0));
      const channel = body.local("i32");
      body.loop(position, i32(positions), {
        step: 1,
        body: () => {
          tile.clear();
          body.set(channel, i32(0));
          body.loop(channel, i32(channels), {
            step: 1,
            body: () => {
              const left = { address: get(weights), offsetOf: (output: number) => output * number };
              tile.grow({ address: get(room), offset: 0 }, left);
              body.increase(weights, i32(vector));
              body.increase(room, i32(2 * vector));
            },
          });
          tile.store(get(products), 2 * vector);
          body.increase(products, i32(tileHeight * 2 * vector));
        },
      });
    },
  );
}

/** Transforms the products of a unit back: (products, target) for each of four outputs. */
function resultKernel(to: Target, target: Place): number {
  const plane = target.strides[1] * number;
  const row = target.strides[2] * number;
  return to.assembler.once(`Winograd result ${plane},${row}`, 2, (body, [products, place]) => {
    const output = body.let("i32", i32(0));
    body.loop(output, i32(tileHeight), {
      step: 1,
      body: () => {
        const given = Array.from({ length: positions }, (_, n) =>
          body.let("v128", lanes.load(get(products), n * tileHeight * 2 * vector)),
        );
        const pixels = alongBoth(body, given, resultTransform);
        for (const line of [0, 1]) {
          const [even, odd] = pixels.slice(2 * line, 2 * line + 2).map(get);
          body.store(get(place), lanes.shuffle(even, odd, interleaved(0)), line * row);
          body.store(get(place), lanes.shuffle(even, odd, interleaved(2)), line * row + vector);
        }
        body.increase(products, i32(2 * vector));
        body.increase(place, i32(plane));
      },
    });
  });
}

/** Two lanes of each vector by turns, from the given one on. */
const interleaved = (first: number): number[] =>
  [first, first + 4, first + 1, first + 5].flatMap((lane) =>
    [0, 1, 2, 3].map((byte) => lane * number + byte),
  );
