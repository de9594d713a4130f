import { expect, test } from "vitest";
import {
  blended,
  column,
  ellipsoid,
  grown,
  halfSpace,
  lobe,
  outside,
  plate,
  tube,
  wavy,
  within,
} from "./shapes.ts";

test("a ball's distance is the distance", () => {
  const ball = ellipsoid([10, 0, 0], [5, 5, 5]);
  expect(ball.distance(18, 0, 0)).toBeCloseTo(3, 12);
  expect(ball.distance(10, 3, 0)).toBeCloseTo(-2, 12);
  expect(ball.distance(10, 3, 4)).toBeCloseTo(0, 12);
  expect(ball.box).toEqual({ low: [5, -5, -5], high: [15, 5, 5] });
});

test("a quarter turn swaps an ellipsoid's axes", () => {
  for (const make of [ellipsoid, lobe]) {
    const turned = make([0, 0, 0], [8, 3, 2], { turnDegrees: 90 });
    expect(turned.distance(0, 8, 0)).toBeCloseTo(0, 12);
    expect(turned.distance(3, 0, 0)).toBeCloseTo(0, 12);
    expect(turned.box.high[1]).toBeCloseTo(8, 12);
  }
});

test("a tube tapers from end to end", () => {
  const horn = tube([0, 0, 0], [10, 0, 0], { fromRadius: 4, toRadius: 2 });
  expect(horn.distance(5, 3, 0)).toBeCloseTo(0, 12);
  expect(horn.distance(-4, 0, 0)).toBeCloseTo(0, 12);
  expect(horn.distance(12, 0, 0)).toBeCloseTo(0, 12);
});

test("a column is elliptic at squareness 0 and squarer above", () => {
  const round = column([0, 0], [20, 10]);
  // (12/20)² + (8/10)² = 1
  expect(round.distance(12, 8, 500)).toBeCloseTo(0, 12);
  expect(column([0, 0], [20, 10], { squareness: 0.8 }).distance(12, 8, 0)).toBeLessThan(-0.3);
  expect(column([0, 0], [20, 10], { top: 4 }).distance(0, 0, 6)).toBeCloseTo(2, 12);
});

test("a plate is flat between its round edges", () => {
  const sheet = plate([0, 0, 0], [1, 6, 6]);
  expect(sheet.distance(3, 5, 0)).toBeCloseTo(2, 12);
  expect(sheet.distance(0, 6, 0)).toBeCloseTo(0, 12);
});

test("shapes combine", () => {
  const ball = ellipsoid([0, 0, 0], [5, 5, 5]);
  const front = halfSpace([0, 2, 0], [0, 1, 0]);
  expect(within([ball, front]).distance(0, 0, 0)).toBeCloseTo(2, 12);
  expect(within([ball, front]).box.low[1]).toBe(2);
  expect(outside(ball).distance(0, 0, 4)).toBeCloseTo(1, 12);
  expect(grown(ball, 2).distance(0, 0, 4)).toBeCloseTo(-3, 12);
  // Where two balls are equally far, the fillet adds a quarter of the blend.
  const pair = blended(4, [ball, ellipsoid([14, 0, 0], [5, 5, 5])]);
  expect(pair.distance(7, 0, 0)).toBeCloseTo(2 - 1, 12);
  expect(Math.abs(wavy(ball, { height: 1, length: 10, phase: 0 }).distance(5, 0, 0))).toBeLessThan(
    1,
  );
});
