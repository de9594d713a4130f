import { add, type Body, get, i32, type Local, lessThan, multiply } from "./assembler.ts";
import { share, type Target } from "./kernel.ts";
import { tilesOf } from "./panels.ts";

/** Sizes and strides of a product a [m, k] · b [k, n] → c [m, n]. */
export interface Geometry {
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

/** One product of a batch. */
export interface Job {
  readonly geometry: Geometry;
  /** a, b, target. */
  readonly pointers: readonly Local[];
  readonly to: Target;
  /** Where threads share the rows; undefined where each has whole products. */
  readonly thread: Local | undefined;
}

/** Runs `each` for this thread's tiles of rows, with the tile's number and how many rows it has. */
export function overRows(
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
