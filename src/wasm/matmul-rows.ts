import { add, type Body, get, i32, multiply } from "./assembler.ts";
import type { Target } from "./kernel.ts";
import { type Geometry, type Job, overRows } from "./matmul-job.ts";
import { overPanels, panelsOf } from "./panels.ts";
import { Tile } from "./tile.ts";

/** b's rows lie in line: tiles of four rows and eight columns. */
export function writeRows(body: Body, job: Job): void {
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

function rowTile(
  to: Target,
  { k, am, ak, bk, cm }: Geometry,
  { height, width }: { height: number; width: 8 | 4 | 1 },
): number {
  const key = ["rows", height, width, k, am, ak, bk, cm].join();
  return to.assembler.once(key, 3, (body, [a, b, c]) => {
    const tile = new Tile(body, { height, width, target: to });
    const done = body.let("i32", i32(0));
    tile.clear();
    body.loop(done, i32(k), {
      step: 1,
      body: () => {
        tile.grow({ address: get(b), offset: 0 }, { address: get(a), offsetOf: (row) => row * am });
        body.increase(a, i32(ak));
        body.increase(b, i32(bk));
      },
    });
    tile.store(get(c), cm);
  });
}
