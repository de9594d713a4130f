import { expect, test } from "vitest";
import { largestClass, meanOfNetworks, sureTumour } from "./classes.ts";

/** Logits of pixels from their probabilities, one row a pixel. */
const logitsOf = (pixels: readonly (readonly number[])[]): Float32Array =>
  Float32Array.from([0, 1, 2].flatMap((label) => pixels.map((row) => Math.log(row[label]) + 3)));

test("the likeliest class; the lower on a tie", () => {
  const into = new Uint8Array(3);
  largestClass(Float32Array.from([1, 0, 2, 1, 5, 2, 1, 4, 2]), into);
  expect([...into]).toEqual([0, 1, 0]);
});

test("liver and tumour together outweigh a background that is likelier than each", () => {
  const pixels = [
    [0.4, 0.3, 0.3],
    [0.45, 0.15, 0.4], // tumour is 0.73 of the two
    [0.51, 0.09, 0.4],
    [0.1, 0.3, 0.6], // 0.67
  ];
  const into = new Uint8Array(4);
  sureTumour(logitsOf(pixels), { into, threshold: 0.7 });
  expect([...into]).toEqual([1, 2, 0, 1]);
  sureTumour(logitsOf(pixels), { into, threshold: 0.6 });
  expect([...into]).toEqual([1, 2, 0, 2]);
});

test("logits so large that their exponentials overflow are safe", () => {
  const into = new Uint8Array(1);
  sureTumour(Float32Array.from([900, 1000, 990]), { into, threshold: 0.5 });
  expect([...into]).toEqual([1]);
  const mean = meanOfNetworks([Float32Array.from([0, 1000, 0]), Float32Array.from([0, 0, 1000])], {
    pixels: 1,
  });
  expect(Array.from(mean)).toEqual(
    [Number.NEGATIVE_INFINITY, Math.log(0.5), Math.log(0.5)].map(Math.fround),
  );
});

test("the mean is that of probabilities, not of logits; of one network nothing changes", () => {
  const one = logitsOf([[0.7, 0.2, 0.1]]);
  const other = logitsOf([[0.1, 0.1, 0.8]]);
  const mean = meanOfNetworks([one, other], { pixels: 1 });
  [0.4, 0.15, 0.45].forEach((share, label) => {
    expect(Math.exp(mean[label])).toBeCloseTo(share, 6);
  });
  expect(meanOfNetworks([one], { pixels: 1 })).toBe(one);
});
