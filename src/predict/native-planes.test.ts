import { expect, test } from "vitest";
import { nativePlanes } from "./native-planes.ts";
import type { Plane } from "./patch-planes.ts";

type Shape = readonly [number, number, number];

/** Two classes: a ramp along every axis, and its negative. */
const rampAt = (n: number, row: number, column: number): number => 100 * n + 10 * row + column;

async function* ramps([count, height, width]: Shape): AsyncGenerator<Plane, void> {
  for (let n = 0; n < count; n++) {
    const pixels = Array.from({ length: height * width }, (_, at) =>
      rampAt(n, Math.floor(at / width), at % width),
    );
    yield Float32Array.from([...pixels, ...pixels.map((value) => -value)]);
  }
}

const shapes: readonly { readonly from: Shape; readonly to: Shape }[] = [
  { from: [4, 5, 6], to: [8, 10, 12] },
  { from: [8, 10, 12], to: [3, 4, 5] },
  { from: [1, 5, 6], to: [4, 5, 6] },
  { from: [5, 3, 7], to: [1, 9, 2] },
];

const grid = ([count, height, width]: Shape) => ({
  count,
  height,
  width,
});

test.each(shapes)("a ramp stays one, its ends repeated: $from to $to", async ({ from, to }) => {
  const planes = nativePlanes(ramps(from), { from: grid(from), to: grid(to), order: 1 });
  // Centres over the same box: (i + ½) · from / to − ½, within the first and last centre.
  const place = (i: number, axis: 0 | 1 | 2): number =>
    Math.min(Math.max(((i + 0.5) * from[axis]) / to[axis] - 0.5, 0), from[axis] - 1);
  let n = 0;
  for await (const plane of planes) {
    const area = to[1] * to[2];
    for (let at = 0; at < area; at++) {
      const [row, column] = [Math.floor(at / to[2]), at % to[2]];
      const expected = rampAt(place(n, 0), place(row, 1), place(column, 2));
      expect(plane[at]).toBeCloseTo(expected, 3);
      expect(plane[area + at]).toBeCloseTo(-expected, 3);
    }
    n++;
  }
  expect(n).toBe(to[0]);
});

test.each(shapes)(
  "at order 0 each takes the voxel it lies in: $from to $to",
  async ({ from, to }) => {
    const planes = nativePlanes(ramps(from), { from: grid(from), to: grid(to), order: 0 });
    const place = (i: number, axis: 0 | 1 | 2): number =>
      Math.floor(((i + 0.5) * from[axis]) / to[axis]);
    let n = 0;
    for await (const plane of planes) {
      for (let at = 0; at < to[1] * to[2]; at++) {
        const [row, column] = [Math.floor(at / to[2]), at % to[2]];
        expect(plane[at]).toBe(rampAt(place(n, 0), place(row, 1), place(column, 2)));
      }
      n++;
    }
    expect(n).toBe(to[0]);
  },
);
