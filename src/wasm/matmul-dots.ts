import { add, type Body, type Expr, get, i32, lanes, multiply, splat } from "./assembler.ts";
import { acrossLanes, multiplyAdd, type Target } from "./kernel.ts";
import { type Geometry, type Job, overRows } from "./matmul-job.ts";
import { tilesOf } from "./panels.ts";

const number = 4;

/** So many numbers of every row are worked on at a time, so that they stay near the processor. */
const dotChunk = 2048;

/** Both operands' inner axis lies in line: tiles of three by three dot products, four lanes each. */
export function writeDots(body: Body, job: Job): void {
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
    const done = body.let("i32", i32(0));
    body.loop(done, i32(whole), {
      step: 4,
      body: () => {
        grow(lanes.load, 0);
        body.increase(a, i32(16));
        body.increase(b, i32(16));
      },
    });
    for (let rest = whole; rest < length; rest++) grow(lanes.loadOne, (rest - whole) * number);
    sums.forEach((row, m) => {
      row.forEach((sum, column) => {
        const offset = m * cm + column * cn;
        body.set(left, acrossLanes(body, sum, lanes.add));
        const result = adds ? lanes.add(get(left), lanes.loadOne(get(c), offset)) : get(left);
        body.storeOne(get(c), result, offset);
      });
    });
  });
}
