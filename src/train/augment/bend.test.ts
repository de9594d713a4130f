import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { bendOf, bendRow } from "./bend.ts";

const size = 8;
const cells = 2;
const bend = bendOf({ probability: 1, cells, share: 0.1 }, { size, random: randomFrom(1) });
const rowOf = (of: typeof bend, row: number) => {
  const into = { x: new Float64Array(size), y: new Float64Array(size) };
  bendRow(of, row, into);
  return into;
};

test("control points that climb evenly bend evenly", () => {
  // Five control points a side, at −1 … 3 cells, move by 0 … 4: place p moves by p + 1.
  const climbing = {
    ...bend,
    x: Float64Array.from({ length: 25 }, (_, at) => at % 5),
    y: Float64Array.from({ length: 25 }, (_, at) => Math.floor(at / 5)),
  };
  for (let row = 0; row < size; row++) {
    const { x, y } = rowOf(climbing, row);
    for (let column = 0; column < size; column++) {
      expect(x[column]).toBeCloseTo(((column + 0.5) * cells) / size + 1, 12);
      expect(y[column]).toBeCloseTo(((row + 0.5) * cells) / size + 1, 12);
    }
  }
});

test("one control point moves what lies within two cells of it, by the spline's weights", () => {
  const x = new Float64Array(25);
  x[2 * 5 + 2] = 36;
  // Pixel 3 lies ⅛ of a cell before it, pixel 0 ⅞: weights (3t³ − 6t² + 4)/6 of the distance t.
  const row = rowOf({ ...bend, x, y: new Float64Array(25) }, 3);
  const weight = (t: number): number => (3 * t ** 3 - 6 * t ** 2 + 4) / 6;
  expect(row.x[3]).toBeCloseTo(36 * weight(1 / 8) ** 2, 12);
  expect(row.x[4]).toBeCloseTo(36 * weight(1 / 8) ** 2, 12);
  expect(row.x[0]).toBeCloseTo(36 * weight(1 / 8) * weight(7 / 8), 12);
  expect([...row.y]).toEqual(new Array(size).fill(0));
});

test("no control point moves further than its share of the side", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { x, y } = bendOf(
      { probability: 1, cells, share: 0.1 },
      { size, random: randomFrom(seed) },
    );
    expect(Math.max(...[...x, ...y].map(Math.abs))).toBeLessThanOrEqual(0.1 * size);
  }
});
