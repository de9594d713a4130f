import { cp, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentOf, hepar, isBuilt, start } from "./hepar.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);

/** An epoch is chosen, gradients are accumulated: all that a state can hold. */
const choosing = [
  ...["--model", "m", "--recipe", "demo", "--epochs", "8", "--size", "32", "--widths", "4,8"],
  ...["--watch", "0.4", "--accumulate", "2", "--batch", "4"],
];

/** When the state was last written, in milliseconds; 0 before the first time. */
const writtenAt = (cohort: string): Promise<number> =>
  stat(join(cohort, "models/m/state/state.safetensors")).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

describe.skipIf(!isBuilt)("hepar train", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-train-"));
    const size = ["--width", "64", "--depth", "8"];
    await hepar("phantom", "--out", at("data"), "--cases", "4", ...size);
    await hepar("catalog", at("data"), "--out", at("whole"));
    const converted = await hepar("convert", at("whole"));
    expect(converted.status, converted.stderr).toBe(0);
    await cp(at("whole"), at("killed"), { recursive: true });
    const trained = await hepar("train", at("whole"), ...choosing);
    expect(trained.status, trained.stderr).toBe(0);
  }, 60_000);

  afterAll(() => rm(root, { recursive: true, force: true }));

  test("killed three times while it learns, it ends with the same weights, chosen and last", async () => {
    const command = ["train", at("killed"), ...choosing];
    for (let time = 0; time < 3; time++) {
      const before = await writtenAt(at("killed"));
      const killed = start(...command);
      // Somewhere in the epoch after the next that is done.
      while ((await writtenAt(at("killed"))) === before) await wait(5);
      killed.process.kill("SIGKILL");
      const { status } = await killed.ended;
      expect(status).toBeNull();
    }
    const { status, stderr } = await hepar(...command);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/training goes on after epoch [3-8]/);
    const whole = await contentOf(at("whole"));
    expect([...whole.keys()]).toContain("models/m/last.safetensors");
    expect(await contentOf(at("killed"))).toEqual(whole);
    const model = async (cohort: string) =>
      JSON.parse(await readFile(at(cohort, "models/m/model.json"), "utf8"));
    const [one, other] = [await model("whole"), await model("killed")];
    expect(other.training.chosen).toEqual(one.training.chosen);
    expect(other.weightsSha256).toBe(one.weightsSha256);
  }, 60_000);

  test("a learning rate is suggested, as one document on request", async () => {
    const options = ["--model", "m", "--recipe", "demo", "--size", "32", "--widths", "4,8"];
    const { status, stdout, stderr } = await hepar("find-rate", at("whole"), ...options, "--json");
    expect(status, stderr).toBe(0);
    const { suggestions, points, files } = JSON.parse(stdout);
    expect(points.length).toBeGreaterThan(20);
    expect(suggestions.valley).toBeGreaterThan(1e-7);
    expect(files).toContain("models/m/rate-finder.svg");
  });

  test("a recipe is printed, changed and trained with", async () => {
    const printed = await hepar("recipes", "demo");
    expect(JSON.parse(printed.stdout)).toMatchObject({ name: "demo", batchSize: 8 });
    const wrong = await hepar("train", at("whole"), "--model", "x", "--recipe", "dem");
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("there is no recipe dem");
    const { stdout } = await hepar("recipes");
    for (const name of ["demo", "small", "default", "accurate", "notebook"]) {
      expect(stdout).toContain(name);
    }
  });
});
