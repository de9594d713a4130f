import { expect, test } from "vitest";
import { randomFrom } from "../../core/index.ts";
import { channelsOf } from "../../slices/index.ts";
import { lesionPainterOf } from "./lesions.ts";

const size = 64;
const pixels = size * size;

/** A liver of 100 HU, a square in soft tissue of 40 HU, as the network's bytes. */
const inLiver = (at: number): boolean =>
  Math.abs((at % size) - 32) <= 20 && Math.abs(Math.floor(at / size) - 32) <= 20;
const bytes = channelsOf(Int16Array.from({ length: pixels }, (_, at) => (inLiver(at) ? 100 : 40)));
const classes = Uint8Array.from({ length: pixels }, (_, at) => Number(inLiver(at)));

const settings = {
  probability: 1,
  most: 1,
  radius: { smallest: 6 / size, largest: 6 / size },
  darker: { least: 30, most: 30 },
};

const painted = (seed: number, neighbours = 0) =>
  lesionPainterOf(settings, { size })(
    { slices: Array.from({ length: 2 * neighbours + 1 }, () => bytes), classes },
    randomFrom(seed),
  );

test("a lesion is tumour where liver was, and nothing else changes its class", () => {
  for (let seed = 0; seed < 20; seed++) {
    const after = painted(seed).classes;
    for (let at = 0; at < pixels; at++) {
      expect(after[at]).toBeOneOf(inLiver(at) ? [1, 2] : [0]);
    }
    // At most the ellipse of radius 6 with its waves, at least what an edge of the liver leaves.
    const tumour = after.filter((value) => value === 2).length;
    expect(tumour).toBeGreaterThan(10);
    expect(tumour).toBeLessThan(Math.PI * 36 * 1.6);
  }
});

test("greys change inside the liver alone, by 30 HU or, brighter, 15, in windows that agree", () => {
  const seen = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const [slice] = painted(seed).slices;
    // Custom window: 200 HU over 255 greys from −40; liver window: 150 from −45.
    const changes = Array.from(
      { length: pixels },
      (_, at) => slice[pixels + at] - bytes[pixels + at],
    );
    const most = changes.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    seen.add(Math.round((most * 200) / 255 / 5) * 5);
    changes.forEach((change, at) => {
      if (!inLiver(at)) expect(change).toBe(0);
      if (change === 0) return;
      const hu = -40 + (slice[pixels + at] * 200) / 255;
      expect(Math.abs(slice[at] - Math.min(255, ((hu + 45) * 255) / 150))).toBeLessThan(1.5);
    });
  }
  expect([...seen].sort((a, b) => a - b)).toEqual([-30, 15]);
});

test("a neighbour shows less of the lesion, and far ones nothing", () => {
  const changed = (slice: Uint8Array): number =>
    slice.subarray(pixels, 2 * pixels).filter((grey, at) => grey !== bytes[pixels + at]).length;
  const counts = Array.from({ length: 20 }, (_, seed) => painted(seed, 9).slices.map(changed));
  for (const slices of counts) {
    expect(slices[9]).toBeGreaterThan(0);
    expect(slices[0] + slices[18]).toBe(0);
  }
});

test("the same chance paints the same, whatever was painted before; the slices given stay", () => {
  const before = [bytes.slice(), classes.slice()];
  const painter = lesionPainterOf(settings, { size });
  const copy = (seed: number) => {
    const result = painter({ slices: [bytes], classes }, randomFrom(seed));
    return [result.slices[0].slice(), result.classes.slice()];
  };
  const first = copy(1);
  copy(2);
  expect(copy(1)).toEqual(first);
  expect([bytes, classes]).toEqual(before);
});

test("without liver, or when chance does not say so, the slice is the one given", () => {
  const slice = { slices: [bytes], classes: new Uint8Array(pixels) };
  expect(lesionPainterOf(settings, { size })(slice, randomFrom(1))).toBe(slice);
  const never = lesionPainterOf({ ...settings, probability: 0 }, { size });
  const withLiver = { slices: [bytes], classes };
  expect(never(withLiver, randomFrom(1))).toBe(withLiver);
  expect(lesionPainterOf(undefined, { size })(withLiver, randomFrom(1))).toBe(withLiver);
});
