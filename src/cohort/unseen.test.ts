import { expect, test } from "vitest";
import type { ModelDescription } from "../model/index.ts";
import { judgesOf, unseenBy } from "./unseen.ts";

const row = (name: string, content: string, patient = name) => ({
  case: name,
  patient,
  voxels_sha256: content,
});

type Scans = ModelDescription["training"]["trainScans"];

const trainedOn = (own: boolean, trainScans: Scans) => ({
  own,
  description: {
    training: {
      recipe: "demo",
      epochs: 1,
      steps: 1,
      seed: 1,
      fold: 0,
      trainCases: ["a", "b"],
      heldOutCases: ["c"],
      ...(trainScans === undefined ? {} : { trainScans }),
      seconds: 1,
      runtime: "none",
    },
  },
});

const scans = [
  { case: "a", patient: "a", sha256: "A" },
  { case: "b", patient: "b", sha256: "B" },
];

const unseen = (...[model, rows]: Parameters<typeof unseenBy>) => {
  const found = unseenBy(model, rows);
  return { cases: found.rows.map((one) => one.case).join(), isKnown: found.isKnown };
};

test("in its own cohort: a learned scan under another name, or of one patient, is not unseen", () => {
  const rows = [row("a", "A"), row("b", "B"), row("c", "C"), row("copy", "A", "a"), row("d", "A")];
  expect(unseen(trainedOn(true, scans), rows)).toEqual({ cases: "c", isKnown: true });
});

test("elsewhere: content counts, names do not", () => {
  const rows = [row("a", "X"), row("b", "Y"), row("z", "B"), row("again", "W", "z")];
  expect(unseen(trainedOn(false, scans), rows)).toEqual({ cases: "a,b", isKnown: true });
});

test("elsewhere, by a model that does not say: every case, and that nothing is known", () => {
  const rows = [row("a", "A"), row("c", "C")];
  expect(unseen(trainedOn(false, undefined), rows)).toEqual({ cases: "a,c", isKnown: false });
  expect(unseen(trainedOn(true, undefined), rows)).toEqual({ cases: "c", isKnown: true });
});

/** A network that learned from two cases and chose its epoch by a third. */
const learner = (trainCases: string[], watchCases: string[] = []) => {
  const { own, description } = trainedOn(true, undefined);
  return { own, description: { training: { ...description.training, trainCases, watchCases } } };
};

test("who chose the epoch has been seen", () => {
  const rows = ["a", "b", "c", "d"].map((name) => row(name, name));
  expect(unseen(learner(["a", "b"], ["c"]), rows)).toEqual({ cases: "d", isKnown: true });
});

test("of a network for each fold, those that did not learn from a case judge it", () => {
  const rows = ["a", "b", "c", "new"].map((name) => row(name, name));
  const networks = [learner(["b", "c"]), learner(["a", "c"]), learner(["a", "b"])];
  const { judges, isKnown } = judgesOf(networks, rows);
  const placeOf = new Map(networks.map((network, place) => [network, place]));
  const places = [...judges].map(([one, own]) => [one.case, own.map((it) => placeOf.get(it))]);
  expect(Object.fromEntries(places)).toEqual({ a: [0], b: [1], c: [2], new: [0, 1, 2] });
  expect(isKnown).toBe(true);
  const [first] = judgesOf([networks[0]], rows).judges.keys();
  expect(first.case).toBe("a");
});
