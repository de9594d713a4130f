import fc from "fast-check";
import { expect, test } from "vitest";
import { datasetFolder, datasetJson, identifiersOf, labelsOf, splitsFinal } from "./nnunet.ts";

test("a data set's folder is named as nnU-Net expects", () => {
  expect(datasetFolder({ id: 7, name: "Liver" })).toBe("Dataset007_Liver");
  expect(datasetFolder({ id: 501, name: "Liver" })).toBe("Dataset501_Liver");
});

test("identifiers are safe names, and a name that is safe stays", () => {
  const names = ["Éva 1", "volume-0", "eva-1", "病", "a/b", "A-B"];
  expect([...identifiersOf(names)]).toEqual([
    ["Éva 1", "Eva-1-2"], // eva-1 keeps its own, and capitals do not count
    ["volume-0", "volume-0"],
    ["eva-1", "eva-1"],
    ["病", "case"],
    ["a/b", "a-b-2"],
    ["A-B", "A-B"],
  ]);
});

test("identifiers are as many as cases, whatever their names", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 4, unit: "binary" })), (names) => {
      const made = [...identifiersOf(names).values()];
      expect(made.length).toBe(names.length);
      expect(new Set(made.map((name) => name.toLowerCase())).size).toBe(names.length);
      for (const name of made) expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
    }),
  );
});

test("labels are background, liver, tumour, and what more there is", () => {
  const none = new Map<number, number>();
  expect(labelsOf([], none)).toEqual({ background: 0, liver: 1, tumour: 2 });
  expect(labelsOf([0, 1, 2, 3], none)).toEqual({
    ...{ background: 0, liver: 1, tumour: 2 },
    "label-3": 3,
  });
  expect(labelsOf([0, 1, 255], new Map([[255, 0]]))).toEqual(labelsOf([], none));
});

test("labels with gaps are refused before anything is written, as nnU-Net would", () => {
  expect(() => labelsOf([0, 1, 4], new Map())).toThrow(
    expect.objectContaining({
      code: "labels.value",
      message: "nnU-Net takes labels without gaps: expected 0 to 3, got 0, 1, 2, 4",
      hint: "say what becomes of the others, such as --remap 4=3, or =0 for background",
    }),
  );
});

test("dataset.json counts the cases with a mask and names the channel CT, which chooses the windows", () => {
  const labels = { background: 0, liver: 1, tumour: 2 };
  expect(datasetJson({ name: "Liver", labels, training: 3, version: "0.1.0" })).toEqual({
    channel_names: { 0: "CT" },
    labels,
    numTraining: 3,
    file_ending: ".nii.gz",
    name: "Liver",
    converted_by: "hepar 0.1.0",
  });
});

test("folds keep their cases, those watched are learned from, those left out are not named", () => {
  const identifiers = new Map(["b-10", "b-9", "c", "d"].map((name) => [name, `id-${name}`]));
  const fold = { train: ["b-10", "b-9", "gone"], watch: ["c"], heldOut: ["d"] };
  expect(splitsFinal([fold], identifiers)).toEqual([
    { train: ["id-b-9", "id-b-10", "id-c"], val: ["id-d"] },
  ]);
});
