import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeJson } from "../files/index.node.ts";
import { findModel } from "./model.node.ts";

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-models-"));
  await writeJson(at("cohort/models/unet/model.json"), {
    format: "hepar-model/1",
    architecture: {
      architecture: "unet",
      channels: 3,
      classes: 3,
      widths: [4, 8],
      convolutions: 1,
    },
    imageSize: 16,
    inputChannels: ["liver", "custom", "histogram"],
    classes: ["background", "liver", "tumour"],
    training: {
      recipe: "test",
      epochs: 1,
      steps: 1,
      seed: 1,
      fold: 0,
      trainCases: [],
      heldOutCases: [],
      seconds: 1,
      runtime: "none",
    },
    weightsSha256: "0123456789abcdef",
  });
  await cp(at("cohort/models/unet"), at("elsewhere/unet"), { recursive: true });
});

afterAll(() => rm(root, { recursive: true, force: true }));

test("the cohort's own model goes by its name, however it is called for", async () => {
  const own = { name: "unet", own: true, folder: at("cohort/models/unet") };
  expect(await findModel(at("cohort"), "unet")).toMatchObject(own);
  expect(await findModel(at("cohort"), at("cohort/models/unet"))).toMatchObject(own);
});

test("one from elsewhere never shares the name of the cohort's own", async () => {
  expect(await findModel(at("cohort"), at("elsewhere/unet"))).toMatchObject({
    name: "unet-01234567",
    own: false,
    folder: at("elsewhere/unet"),
  });
  expect(await findModel(at("cohort"), "none")).toBeUndefined();
});
