import { expect, test } from "vitest";
import { agreementColours, labelColours, overlayAgreement, overlayLabels } from "./overlay.ts";

const gray = (width: number, height: number, value: number) => ({
  width,
  height,
  gray: new Uint8Array(width * height).fill(value),
});
const pixel = (rgb: Uint8Array, index: number): number[] => [
  ...rgb.subarray(index * 3, index * 3 + 3),
];
/** By hand: grey + cover · (colour − grey). */
const mixed = (hex: string, cover: number, grey: number): number[] =>
  [1, 3, 5].map((at) =>
    Math.round(grey + cover * (Number.parseInt(hex.slice(at, at + 2), 16) - grey)),
  );

test("the inside of a label is light, its border strong, the rest untouched", () => {
  // 5 × 5, liver but for the left column, one tumour voxel at the right edge.
  const labels = Uint8Array.from({ length: 25 }, (_, index) => (index % 5 === 0 ? 0 : 1));
  labels[14] = 2;
  const rgb = overlayLabels(gray(5, 5, 100), labels);
  expect(pixel(rgb, 0)).toEqual([100, 100, 100]);
  expect(pixel(rgb, 1)).toEqual(mixed(labelColours.liver, 0.9, 100)); // beside background
  expect(pixel(rgb, 12)).toEqual(mixed(labelColours.liver, 0.3, 100)); // inside
  expect(pixel(rgb, 14)).toEqual(mixed(labelColours.tumour, 0.9, 100));
  expect(pixel(rgb, 24)).toEqual(mixed(labelColours.liver, 0.3, 100)); // the picture's edge is none
});

test("agreement: missed where the reference says more, invented where it says less", () => {
  const reference = Uint8Array.of(0, 1, 2, 1, 2, 0, 1);
  const predicted = Uint8Array.of(0, 1, 2, 0, 1, 1, 2);
  const rgb = overlayAgreement(gray(7, 1, 50), { reference, predicted });
  const { agree, missed, invented } = agreementColours;
  expect(pixel(rgb, 0)).toEqual([50, 50, 50]);
  expect(pixel(rgb, 1)).toEqual(mixed(agree, 0.35, 50));
  expect(pixel(rgb, 2)).toEqual(mixed(agree, 0.75, 50));
  expect(pixel(rgb, 3)).toEqual(mixed(missed, 0.85, 50));
  expect(pixel(rgb, 4)).toEqual(mixed(missed, 0.85, 50));
  expect(pixel(rgb, 5)).toEqual(mixed(invented, 0.85, 50));
  expect(pixel(rgb, 6)).toEqual(mixed(invented, 0.85, 50));
});
