import { expect, test } from "vitest";
import { SliceSlots } from "./slice-slots.ts";

test("each slice has its slot, and is read once", () => {
  const slots = new SliceSlots(3);
  expect([7, 8, 7, 9].map((slice) => slots.hold(slice))).toEqual([
    { slot: 0, ticket: 1, isNew: true },
    { slot: 1, ticket: 2, isNew: true },
    { slot: 0, ticket: 1, isNew: false },
    { slot: 2, ticket: 3, isNew: true },
  ]);
});

test("what was used longest ago makes room, and is read again under another ticket", () => {
  const slots = new SliceSlots(2);
  const use = (slice: number) => {
    const place = slots.hold(slice);
    slots.release(place);
    return place;
  };
  use(1);
  use(2);
  use(1);
  expect(use(3)).toEqual({ slot: 1, ticket: 3, isNew: true });
  expect(use(1).isNew).toBe(false);
  expect(use(2)).toEqual({ slot: 1, ticket: 4, isNew: true });
});

test("what is being used stays until it is released as often as it was held", () => {
  const slots = new SliceSlots(2);
  const first = slots.hold(1);
  slots.hold(1);
  slots.release(slots.hold(2));
  expect(slots.hold(3).slot).toBe(1);
  slots.release(first);
  expect(() => slots.hold(4)).toThrow("all 2 slots are being used");
  slots.release(first);
  expect(slots.hold(4)).toEqual({ slot: 0, ticket: 4, isNew: true });
});
