import fc from "fast-check";
import { expect, test } from "vitest";
import { forEachLabelRun, type Labels } from "./label-runs.ts";

function runsOf(labels: Labels): [label: number, length: number][] {
  const runs: [number, number][] = [];
  forEachLabelRun(labels, (label, length) => runs.push([label, length]));
  return runs;
}

test("runs worked by hand", () => {
  expect(runsOf(Uint8Array.of())).toEqual([]);
  expect(runsOf(Uint8Array.of(7))).toEqual([[7, 1]]);
  expect(runsOf(Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 255, 255, 0))).toEqual([
    [0, 5],
    [1, 4],
    [255, 2],
    [0, 1],
  ]);
  expect(runsOf(Int16Array.of(-1, -1, 0, 0, 0, 0, 300))).toEqual([
    [-1, 2],
    [0, 4],
    [300, 1],
  ]);
});

test("runs laid end to end are the labels, wherever their bytes start", () => {
  const run = fc.tuple(fc.constantFrom(0, 1, 2, 255), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(run), fc.integer({ min: 0, max: 5 }), (parts, offset) => {
      const labels = parts.flatMap(([label, length]) => Array<number>(length).fill(label));
      const bytes = new Uint8Array(labels.length + offset).subarray(offset);
      bytes.set(labels);
      const runs = runsOf(bytes);
      expect(runs.flatMap(([label, length]) => Array<number>(length).fill(label))).toEqual(labels);
      // None is cut in two.
      expect(runs.every(([label], n) => n === 0 || label !== runs[n - 1][0])).toBe(true);
      expect(runsOf(Int32Array.from(labels))).toEqual(runs);
    }),
  );
});
