import { expect, test } from "vitest";
import { announce, awaitSlice, openSliceMemory, sharedSlice } from "./slice-memory.ts";

test("slots lie apart, and two views of one are one memory", () => {
  const memory = openSliceMemory({ size: 2, slots: 3 });
  for (const slot of [0, 1, 2]) {
    sharedSlice(memory, slot).channels.fill(10 + slot);
    sharedSlice(memory, slot).classes.fill(slot);
  }
  for (const slot of [0, 1, 2]) {
    const { channels, classes } = sharedSlice(memory, slot);
    expect([...channels]).toEqual(new Array(12).fill(10 + slot));
    expect([...classes]).toEqual(new Array(4).fill(slot));
  }
});

test("many slots are spread over chunks of half a gigabyte, and take no more than they need", () => {
  // 16 MB a slice: 32 fill a chunk.
  const memory = openSliceMemory({ size: 2048, slots: 70 });
  expect(memory.chunks.map(({ byteLength }) => byteLength / 2 ** 24)).toEqual([32, 32, 6]);
  sharedSlice(memory, 69).classes[0] = 2;
  expect(new Uint8Array(memory.chunks[2], 5 * 2 ** 24 + 3 * 2 ** 22, 1)[0]).toBe(2);
});

test("a slice that has been read is not waited for; each reading has its own ticket", () => {
  const memory = openSliceMemory({ size: 2, slots: 2 });
  announce(memory, { slot: 1, ticket: 5 });
  awaitSlice(memory, { slot: 1, ticket: 5 });
  expect([...new Int32Array(memory.tickets)]).toEqual([0, 5]);
});
