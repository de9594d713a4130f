import { expect, test } from "vitest";
import { inputChannels, inputTensor, neighboursOf, stackNeighbours } from "./index.ts";

test("neighbours run from the lowest to the highest, and the ends are repeated", () => {
  const of = (at: number, neighbours: number): number[] =>
    neighboursOf(at, { count: 5, neighbours });
  expect(of(2, 0)).toEqual([2]);
  expect(of(2, 1)).toEqual([1, 2, 3]);
  expect(of(0, 1)).toEqual([0, 0, 1]);
  expect(of(4, 2)).toEqual([2, 3, 4, 4, 4]);
  expect(neighboursOf(0, { count: 1, neighbours: 1 })).toEqual([0, 0, 0]);
});

test("a stack holds all three channels of each slice, and becomes a tensor as one slice does", () => {
  const [low, own, high] = [10, 20, 30].map((first) => Uint8Array.of(first, first + 1, first + 2));
  const channels = stackNeighbours([low, own, high]);
  expect([...channels]).toEqual([10, 11, 12, 20, 21, 22, 30, 31, 32]);
  const tensor = inputTensor([{ width: 1, height: 1, channels }], { size: 1 });
  expect(tensor).toHaveLength(9);
  expect(tensor[8]).toBeCloseTo((2 * 32) / 255 - 1, 6);
  const two = inputTensor(
    [channels, channels].map((bytes) => ({ width: 1, height: 1, channels: bytes })),
    { size: 1 },
  );
  expect([...two]).toEqual([...tensor, ...tensor]);
});

test("channels are named by window and offset", () => {
  expect(inputChannels(0)).toEqual(["liver", "custom", "histogram"]);
  expect(inputChannels(1)).toEqual([
    ...["liver-1", "custom-1", "histogram-1"],
    ...["liver", "custom", "histogram"],
    ...["liver+1", "custom+1", "histogram+1"],
  ]);
});
