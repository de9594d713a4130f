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
  splat,
} from "./assembler.ts";
import {
  type Kernel,
  multiplyAdd,
  panelsOf,
  pointersAt,
  share,
  type Target,
  tilesOf,
} from "./kernel.ts";
import { addressOf, broadcast, type Place } from "./place.ts";
import { Tile } from "./tile.ts";

/** A product's operands: a […, m, k], b […, k, n], target […, m, n], strided as they may be. */
export interface Product {
  readonly a: Place;
  readonly b: Place;
  readonly target: Place;
}

interface Geometry {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Bytes from one to the next along each axis. */
  readonly am: number;
  readonly ak: number;
  readonly bk: number;
  readonly bn: number;
  readonly cm: number;
  readonly cn: number;
}

const number = 4;

function geometryOf({ a, b, target }: Product): Geometry {
  const [am, ak] = a.strides.slice(-2).map((stride) => stride * number);
  const [bk, bn] = b.strides.slice(-2).map((stride) => stride * number);
  const [cm, cn] = target.strides.slice(-2).map((stride) => stride * number);
  const [m, n] = target.shape.slice(-2);
  return { m, n, k: a.shape.at(-1) ?? 1, am, ak, bk, bn, cm, cn };
}

/** How a product can be computed on its operands as they lie; undefined if it cannot. */
function wayOf({ n, am, ak, bk, bn, cn }: Geometry): "rows" | "dots" | undefined {
  if ([am, ak, bk, bn].some((stride) => stride < 0)) return undefined;
  if (bn === number && cn === number) return "rows";
  if (ak === number && bk === number) return "dots";
  return n === 1 ? "rows" : undefined;
}

export const productFits = (product: Product): boolean => wayOf(geometryOf(product)) !== undefined;

export function productKernel(product: Product): Kernel {
  const { a, b, target } = product;
  const geometry = geometryOf(product);
  const lead = target.shape.slice(0, -2);
  return {
    reads: [a, b],
    writes: [target],
    about: `product ${a.shape.join("×")} · ${b.shape.join("×")}`,
    cost: (sizeOf(target.shape) * geometry.k) / 4,
    write: (to) =>
      to.assembler.func(1, (body, [thread]) => {
        const places = [
          broadcast(a, [...lead, ...a.shape.slice(-2)]),
          broadcast(b, [...lead, ...b.shape.slice(-2)]),
          target,
        ];
        const walk = {
          shape: lead,
          pointers: places.map((place) => ({
            start: i32(addressOf(place)),
            strides: place.strides.slice(0, -2).map((stride) => stride * number),
          })),
        };
        const batches = sizeOf(lead);
        const whole = batches % to.threads === 0;
        const [batch, end] = whole
          ? share(body, thread, { total: batches, threads: to.threads })
          : [body.let("i32", i32(0)), body.let("i32", i32(batches))];
        body.loop(batch, get(end), {
          step: 1,
          body: () => {
            const pointers = pointersAt(body, walk, batch);
            const job = { geometry, pointers, to, thread: whole ? undefined : thread };
            if (wayOf(geometry) === "dots") writeDots(body, job);
            else writeRows(body, job);
          },
        });
      }),
  };
}

interface Job {
  readonly geometry: Geometry;
  /** a, b, target. */
  readonly pointers: readonly Local[];
  readonly to: Target;
  /** Where threads share the rows; undefined where each has whole products. */
  readonly thread: Local | undefined;
}

/** Runs `each` for this thread's tiles of rows, with the tile's number and how many rows it has. */
function overRows(
  body: Body,
  { geometry: { m }, thread, to }: Job,
  most: number,
  each: (firstRow: Local, height: number) => void,
): void {
  const tiles = tilesOf(m, most);
  const [tile, end] =
    thread === undefined
      ? [body.let("i32", i32(0)), body.let("i32", i32(tiles.count))]
      : share(body, thread, { total: tiles.count, threads: to.threads });
  const first = body.local("i32");
  body.loop(tile, get(end), {
    step: 1,
    body: () => {
      const tall = (): void => {
        body.set(first, multiply(get(tile), i32(tiles.size)));
        each(first, tiles.size);
      };
      const low = (): void => {
        body.set(first, add(multiply(get(tile), i32(tiles.size - 1)), i32(tiles.large)));
        each(first, tiles.size - 1);
      };
      if (tiles.large === tiles.count) tall();
      else body.if(lessThan(get(tile), i32(tiles.large)), tall, low);
    },
  });
}

/** b's rows lie in line: tiles of six rows and eight columns. */
function writeRows(body: Body, job: Job): void {
  const { geometry, pointers, to } = job;
  const { n, am, bn, cm, cn } = geometry;
  const [a, b, c] = pointers;
  const panels = panelsOf(n);
  overRows(body, job, 4, (row, height) => {
    const tile = rowTile(to, geometry, { height, width: panels.width });
    const rowA = body.let("i32", add(get(a), multiply(get(row), i32(am))));
    const rowC = body.let("i32", add(get(c), multiply(get(row), i32(cm))));
    overPanels(body, panels, (column) => {
      body.call(
        tile,
        get(rowA),
        add(get(b), multiply(get(column), i32(bn))),
        add(get(rowC), multiply(get(column), i32(cn))),
      );
    });
  });
}

/** The first column of each panel. */
export function overPanels(
  body: Body,
  { width, count, last }: ReturnType<typeof panelsOf>,
  each: (column: Local) => void,
): void {
  const panel = body.let("i32", i32(0));
  const column = body.local("i32");
  body.loop(panel, i32(count), {
    step: 1,
    body: () => {
      body.set(column, multiply(get(panel), i32(width)));
      body.if(lessThan(i32(last), get(column)), () => body.set(column, i32(last)));
      each(column);
    },
  });
}

function rowTile(
  to: Target,
  { k, am, ak, bk, cm }: Geometry,
  { height, width }: { height: number; width: 8 | 4 | 1 },
): number {
  const key = ["rows", height, width, k, am, ak, bk, cm].join();
  return to.assembler.once(key, 3, (body, [a, b, c]) => {
    const tile = new Tile(body, { height, width, target: to });
    const unroll = 1;
    const done = body.let("i32", i32(0));
    tile.clear();
    body.loop(done, i32(k), {
      step: unroll,
      body: () => {
        for (let step = 0; step < unroll; step++) {
          tile.grow(
            { address: get(b), offset: step * bk },
            { address: get(a), offsetOf: (row) => row * am + step * ak },
          );
        }
        body.increase(a, i32(unroll * ak));
        body.increase(b, i32(unroll * bk));
      },
    });
    tile.store(get(c), cm);
  });
}

/** So many numbers of every row are worked on at a time, so that they stay near the processor. */
const dotChunk = 2048;

/** Both operands' inner axis lies in line: tiles of three by three dot products, four lanes each. */
function writeDots(body: Body, job: Job): void {
  const { geometry, pointers, to } = job;
  const { k, n, am, bn, cm, cn } = geometry;
  const [a, b, c] = pointers;
  for (let from = 0; from < k; from += dotChunk) {
    const length = Math.min(dotChunk, k - from);
    overRows(body, job, 3, (row, height) => {
      const rowA = body.let(
        "i32",
        add(get(a), add(multiply(get(row), i32(am)), i32(from * number))),
      );
      const rowC = body.let("i32", add(get(c), multiply(get(row), i32(cm))));
      const tiles = tilesOf(n, 3);
      const over = (width: number, first: number, count: number): void => {
        if (count === 0) return;
        const tile = dotTile(to, geometry, { height, width, length, adds: from > 0 });
        const column = body.let("i32", i32(first));
        body.loop(column, i32(first + count * width), {
          step: width,
          body: () =>
            body.call(
              tile,
              get(rowA),
              add(get(b), add(multiply(get(column), i32(bn)), i32(from * number))),
              add(get(rowC), multiply(get(column), i32(cn))),
            ),
        });
      };
      over(tiles.size, 0, tiles.large);
      over(tiles.size - 1, tiles.large * tiles.size, tiles.count - tiles.large);
    });
  }
}

function dotTile(
  to: Target,
  { am, bn, cm, cn }: Geometry,
  shape: { height: number; width: number; length: number; adds: boolean },
): number {
  const { height, width, length, adds } = shape;
  const key = ["dots", height, width, length, adds, am, bn, cm, cn].join();
  return to.assembler.once(key, 3, (body, [a, b, c]) => {
    const sums = Array.from({ length: height }, () =>
      Array.from({ length: width }, () => body.let("v128", splat(0))),
    );
    const right = Array.from({ length: width }, () => body.local("v128"));
    const left = body.local("v128");
    const grow = (load: (address: Expr, offset: number) => Expr, offset: number): void => {
      right.forEach((local, column) => {
        body.set(local, load(get(b), column * bn + offset));
      });
      sums.forEach((row, m) => {
        body.set(left, load(get(a), m * am + offset));
        row.forEach((sum, column) => {
          body.set(sum, multiplyAdd(to, get(left), get(right[column]), get(sum)));
        });
      });
    };
    const whole = length - (length % 4);
    const unroll = 1;
    const done = body.let("i32", i32(0));
    body.loop(done, i32(whole), {
      step: 4 * unroll,
      body: () => {
        for (let step = 0; step < unroll; step++) grow(lanes.load, 16 * step);
        body.increase(a, i32(16 * unroll));
        body.increase(b, i32(16 * unroll));
      },
    });
    for (let rest = whole; rest < length; rest++) grow(lanes.loadOne, (rest - whole) * number);
    sums.forEach((row, m) => {
      row.forEach((sum, column) => {
        const offset = m * cm + column * cn;
        body.set(left, joined(body, sum));
        const result = adds ? lanes.add(get(left), lanes.loadOne(get(c), offset)) : get(left);
        body.storeOne(get(c), result, offset);
      });
    });
  });
}

/** Four lanes summed, in the first. */
function joined(body: Body, value: Local): Expr {
  const turned = (local: Local, by: number): Expr =>
    lanes.shuffle(
      get(local),
      get(local),
      Array.from({ length: 16 }, (_, n) => (n + by) % 16),
    );
  const halves = body.let("v128", lanes.add(get(value), turned(value, 8)));
  return lanes.add(get(halves), turned(halves, 4));
}
