import { expect, test } from "vitest";
import { type Random, randomFrom } from "../../core/index.ts";
import { inputOf } from "../../slices/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { greyTables } from "./grey.ts";

/** Chance that makes every change, and each as far as it goes. */
const utmost: Random = {
  ...randomFrom(0),
  next: () => 0,
  between: (_, high) => high,
  fork: () => utmost,
};
const table = (settings: Augmentation): Float32Array => greyTables(settings, utmost)[0];
const input = inputOf(Uint8Array.from({ length: 256 }, (_, byte) => byte));
const factors = (largest: number) => ({ probability: 1, smallest: 1 / largest, largest });

test("changes by nothing give the input itself", () => {
  expect(table({})).toEqual(input);
  const nothing = {
    gamma: factors(1),
    invertedGamma: factors(1),
    contrast: factors(1),
    brightness: { probability: 1, share: 0 },
  };
  expect(table(nothing)).toEqual(input);
});

test("gamma bends the greys between their fixed ends", () => {
  const bent = table({ gamma: factors(2) });
  // (128/255)² = 0.251965, (51/255)² = 0.04
  expect([0, 51, 128, 255].map((byte) => Number(((bent[byte] + 1) / 2).toFixed(6)))).toEqual([
    0, 0.04, 0.251965, 1,
  ]);
});

test("inverted gamma bends the negative", () => {
  const bent = table({ invertedGamma: factors(2) });
  // 1 − (1 − 51/255)² = 1 − 0.64
  expect([0, 51, 255].map((byte) => Number(((bent[byte] + 1) / 2).toFixed(6)))).toEqual([
    0, 0.36, 1,
  ]);
});

test("contrast spreads from middle grey, brightness lifts, and both are cut off", () => {
  // byte 102 is −0.2, byte 204 is 0.6
  const spread = table({ contrast: factors(1.5) });
  expect([102, 204, 0, 255].map((byte) => spread[byte])).toEqual(
    [-0.3, 0.9, -1, 1].map((grey) => expect.closeTo(grey, 6)),
  );
  const lifted = table({ brightness: { probability: 1, share: 0.1 } });
  expect([0, 102, 255].map((byte) => lifted[byte])).toEqual(
    [-0.8, 0, 1].map((grey) => expect.closeTo(grey, 6)),
  );
});

test("contrast comes before brightness, and both after gamma", () => {
  const greys = table({
    gamma: factors(2),
    contrast: factors(1.5),
    brightness: { probability: 1, share: 0.1 },
  });
  // byte 204: (0.8)² = 0.64, as input 0.28; · 1.5 + 0.2 = 0.62
  expect(greys[204]).toBeCloseTo(0.62, 6);
});

test("each window changes by itself", () => {
  const [liver, custom, histogram] = greyTables({ gamma: factors(2) }, randomFrom(1));
  expect(liver).not.toEqual(custom);
  expect(custom).not.toEqual(histogram);
});
