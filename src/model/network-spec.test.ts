import { expect, test } from "vitest";
import { modelDescriptionSchema } from "./description.ts";
import { channelCountOf, networkSpecSchema, specOf } from "./network-spec.ts";

const spec = (input: object, rest: object = {}) => ({
  format: "hepar-network/1",
  name: "somebody's",
  input: { kind: "3d", patch: [32, 64, 64], intensity: { scheme: "hu" }, ...input },
  output: {
    classes: [
      { name: "background", label: 0 },
      { name: "liver", label: 1 },
    ],
  },
  ...rest,
});

const complaints = (given: object): string[] =>
  networkSpecSchema.safeParse(given).error?.issues.map(({ message }) => message) ?? [];

test("says what is not said", () => {
  const { input, output, resampling, prediction } = networkSpecSchema.parse(spec({}));
  expect(input).toEqual({
    kind: "3d",
    neighbours: 0,
    channels: "first",
    patch: [32, 64, 64],
    cover: "window",
    spacingMm: [null, null, null],
    orientation: "LPS",
    intensity: { scheme: "hu" },
  });
  expect(output).toMatchObject({ values: "logits", activation: "softmax" });
  expect(resampling).toEqual({ image: 1, antialias: false, output: 1 });
  expect(prediction).toMatchObject({ overlap: 0.5, weights: "gaussian", mirrors: [] });
});

test("refuses what contradicts itself", () => {
  expect(complaints(spec({ patch: [64, 64] }))).toEqual([
    "a 3d network's patch has 3 lengths, got 2",
  ]);
  expect(complaints(spec({ kind: "2.5d", patch: [64, 64] }))).toEqual([
    "neighbours: expected 1 or more, got 0",
  ]);
  expect(complaints(spec({ cover: "stretch" }))).toEqual([
    "only slices are stretched: expected cover window for 3d",
  ]);
  expect(complaints(spec({ orientation: "LPR" }))).toHaveLength(1);
  expect(complaints(spec({ intensity: { scheme: "range", range: [400, -150] } }))).toEqual([
    "expected the lower number first",
  ]);
  const one = { output: { classes: [{ name: "liver", label: 1 }] } };
  expect(complaints(spec({}, one))).toContain(
    "softmax has two classes or more; of one, say sigmoid",
  );
  expect(complaints(spec({}, { prediction: { tumourThreshold: 0.9 } }))).toEqual([
    "a tumour threshold needs the classes background, liver, tumour",
  ]);
});

test("hepar's own description says the same", () => {
  const description = modelDescriptionSchema.parse({
    format: "hepar-model/1",
    architecture: {
      ...{ architecture: "unet", channels: 9, classes: 3, widths: [8, 16], convolutions: 2 },
    },
    imageSize: 128,
    neighbours: 1,
    prediction: { mirrors: true, smallestTumour: 8, tumourThreshold: 0.7 },
    inputChannels: Array.from({ length: 9 }, (_, n) => `${n}`),
    classes: ["background", "liver", "tumour"],
    training: {
      ...{ recipe: "small", epochs: 1, steps: 1, seed: 1, fold: 0, seconds: 1, runtime: "r" },
      ...{ trainCases: [], heldOutCases: [] },
    },
    weightsSha256: "0",
  });
  const { input, output, prediction } = specOf(description, { name: "mine" });
  expect(input).toMatchObject({ kind: "2.5d", neighbours: 1, patch: [128, 128], cover: "stretch" });
  expect(channelCountOf({ input })).toBe(9);
  expect(output.classes.map(({ label }) => label)).toEqual([0, 1, 2]);
  expect(prediction).toMatchObject({
    mirrors: ["columns", "rows"],
    smallestTumourVoxels: 8,
    tumourThreshold: 0.7,
  });
});
