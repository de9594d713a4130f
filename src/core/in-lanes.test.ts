import { expect, test } from "vitest";
import { inLanes } from "./in-lanes.ts";

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

test("at most so many at once, in their order", async () => {
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  await inLanes([5, 1, 9, 2, 4], {
    lanes: 2,
    work: async (item) => {
      begun.push(item);
      most = Math.max(most, ++running);
      await turns(item);
      running--;
    },
  });
  expect([most, running, begun]).toEqual([2, 0, [5, 1, 9, 2, 4]]);
});

test("after a failure nothing is begun, and what was begun has ended", async () => {
  let ended = 0;
  const work = async (item: number): Promise<void> => {
    await turns(item);
    ended++;
    if (item === 1) throw new Error("one");
  };
  await expect(inLanes([40, 1, 3, 3, 3], { lanes: 2, work })).rejects.toThrow("one");
  expect(ended).toBe(2);
});

test("a source that fails is waited for too", async () => {
  let ended = false;
  async function* source(): AsyncGenerator<number> {
    yield 30;
    throw new Error("source");
  }
  const work = async (item: number): Promise<void> => {
    await turns(item);
    ended = true;
  };
  await expect(inLanes(source(), { lanes: 2, work })).rejects.toThrow("source");
  expect(ended).toBe(true);
});
