import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Chord,
  chordLength,
  convexHull,
  longestChords,
  longestPerpendicular,
  type Point,
} from "./hull.ts";

test("a hull has corners only, counterclockwise from the leftmost", () => {
  const square: Point[] = [
    [2, 2],
    [0, 0],
    [1, 0],
    [2, 0],
    [1, 1],
    [0, 2],
    [0, 0],
  ];
  expect(convexHull(square)).toEqual([
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ]);
  expect(convexHull([])).toEqual([]);
  expect(convexHull([[3, 4]])).toEqual([[3, 4]]);
  expect(
    convexHull([
      [0, 0],
      [1, 1],
      [3, 3],
    ]),
  ).toEqual([
    [0, 0],
    [3, 3],
  ]);
});

test("a 4 × 3 rectangle: two diagonals of 5, and across each the longest line at 90°", () => {
  const rectangle: Point[] = [
    [0, 0],
    [4, 0],
    [4, 3],
    [0, 3],
  ];
  const chords = longestChords(rectangle);
  expect(chords.map(chordLength)).toEqual([5, 5]);
  // Through (4, 0): towards (−3, 4) until y = 3, which is 3 / 4 of (−3, 4), 3.75 long. The same
  // through (0, 3), and so anywhere between them: the middle is through (2, 1.5).
  const across = longestPerpendicular(rectangle, chords[0]);
  expect(chordLength(across)).toBeCloseTo(3.75, 12);
  const middle = [0, 1].map((axis) => (across[0][axis] + across[1][axis]) / 2);
  expect(middle[0]).toBeCloseTo(2, 12);
  expect(middle[1]).toBeCloseTo(1.5, 12);
});

test("a kite: the cross is where it is widest, not in the middle", () => {
  const kite: Point[] = [
    [0, 0],
    [2, -1],
    [10, 0],
    [2, 1.5],
  ];
  const [long] = longestChords(kite);
  expect(chordLength(long)).toBe(10);
  const across = longestPerpendicular(kite, long);
  expect(across[0][0]).toBeCloseTo(2, 12);
  expect(chordLength(across)).toBeCloseTo(2.5, 12);
});

test("a point and a line have no breadth", () => {
  expect(longestChords([[1, 2]]).map(chordLength)).toEqual([0]);
  const line: Chord = [
    [0, 0],
    [3, 4],
  ];
  expect(longestChords(line).map(chordLength)).toEqual([5]);
  expect(chordLength(longestPerpendicular(line, line))).toBeCloseTo(0, 12);
});

const points = fc.array(
  fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -9, max: 9 })),
  {
    minLength: 1,
    maxLength: 40,
  },
);

test("no two points are further apart than the chord, and no line across is longer", () => {
  fc.assert(
    fc.property(points, (some) => {
      const hull = convexHull(some);
      const [chord] = longestChords(hull);
      const far = Math.max(...some.flatMap((a) => some.map((b) => chordLength([a, b]))));
      expect(chordLength(chord)).toBeCloseTo(far, 9);
      if (far === 0) return;
      const across = longestPerpendicular(hull, chord);
      const [[ax, ay], [bx, by]] = chord;
      const [[cx, cy], [dx, dy]] = across;
      expect((bx - ax) * (dx - cx) + (by - ay) * (dy - cy)).toBeCloseTo(0, 6);
      // Brute force: each pair of points whose line is at 90° is not longer.
      for (const [px, py] of some) {
        for (const [qx, qy] of some) {
          if ((bx - ax) * (qx - px) + (by - ay) * (qy - py) !== 0) continue;
          expect(Math.hypot(qx - px, qy - py)).toBeLessThanOrEqual(chordLength(across) + 1e-9);
        }
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});
