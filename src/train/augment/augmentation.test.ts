import { expect, test } from "vitest";
import {
  augmentationSchema,
  mildAugmentation,
  noAugmentation,
  strongAugmentation,
  usualAugmentation,
} from "./augmentation.ts";

test("our own settings are valid, also after JSON", () => {
  for (const settings of [
    noAugmentation,
    mildAugmentation,
    usualAugmentation,
    strongAugmentation,
  ]) {
    expect(augmentationSchema.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
    // Liver and spine have their sides.
    expect(settings.mirror).toBeUndefined();
  }
});

test.each([
  ["an unknown change", { shear: { probability: 1 } }],
  ["a probability above 1", { shift: { probability: 2, share: 0.1 } }],
  ["a range upside down", { gamma: { probability: 1, smallest: 2, largest: 1 } }],
  ["a plane that folds", { elastic: { probability: 1, cells: 10, share: 0.1 } }],
  ["a higher resolution", { lowResolution: { probability: 1, smallest: 0.5, largest: 2 } }],
])("%s is refused", (_, settings) => {
  expect(augmentationSchema.safeParse(settings).success).toBe(false);
});
