import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTable } from "../../src/catalog/index.node.ts";
import { readMask } from "../../src/slices/index.node.ts";
import { sliceColumns } from "../../src/slices/index.ts";
import { readLabels } from "../../src/volume/index.node.ts";
import { hepar, isBuilt } from "./hepar.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);
const slices = () => readTable(at("cohort/slices/slices.parquet"), sliceColumns);

/** numpy.rot90 of a stored mask, slice k, row by row. */
async function rot90(path: string, k: number): Promise<number[]> {
  const { dims, voxels } = await readLabels(path);
  const [width, height] = dims;
  return Array.from({ length: width * height }, (_, n) => {
    const [row, column] = [Math.floor(n / width), n % width];
    return voxels[column + width * (height - 1 - row + height * k)];
  });
}

describe.skipIf(!isBuilt)("hepar convert --orientation notebook", () => {
  const training = [
    ...["--model", "m", "--recipe", "demo", "--epochs", "2", "--size", "32", "--widths", "4,8"],
    ...["--hold-out", "3"],
  ];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-orientation-"));
    // Phantoms are stored LAS, RAS, LPS and RPI in turn.
    await hepar("phantom", "--out", at("data"), "--cases", "4", "--width", "64", "--depth", "8");
    await hepar("catalog", at("data"), "--out", at("cohort"));
    const converted = await hepar("convert", at("cohort"), "--orientation", "notebook");
    expect(converted.status, converted.stderr).toBe(0);
  }, 60_000);

  afterAll(() => rm(root, { recursive: true, force: true }));

  test("masks are np.rot90 of the stored arrays, whatever the header says", async () => {
    const rows = await slices();
    expect(new Set(rows.map(({ orientation }) => orientation))).toEqual(new Set(["notebook"]));
    for (const row of rows.filter(({ slice }) => slice === 4)) {
      const stored = at("data/segmentations", `${row.case.replace("volume", "segmentation")}.nii`);
      const { labels } = await readMask(at("cohort", row.mask ?? ""));
      expect([...labels]).toEqual(await rot90(stored, 4));
    }
  });

  test("training keeps them, the model says so, and predicts in the same way", async () => {
    const trained = await hepar("train", at("cohort"), ...training);
    expect(trained.status, trained.stderr).toBe(0);
    expect((await slices())[0].orientation).toBe("notebook");
    const model = JSON.parse(await readFile(at("cohort/models/m/model.json"), "utf8"));
    expect(model.orientation).toBe("notebook");
    const predicted = await hepar("predict", at("cohort"), "--model", "m");
    expect(predicted.status, predicted.stderr).toBe(0);
    const mask = at("cohort/predictions/m/volume-3.nii.gz");
    for (const k of [0, 4]) {
      const slice = at("cohort/predictions/m/slices/volume-3", `volume-3_slice_${k}.png`);
      expect([...(await readMask(slice)).labels]).toEqual(await rot90(mask, k));
    }
  }, 60_000);

  test("converting back is said, and the model of the other slices is trained anew", async () => {
    const back = await hepar("convert", at("cohort"), "--orientation", "radiological");
    expect(back.stderr).toContain('convert is done again: orientation "notebook" → "radiological"');
    expect((await slices())[0].orientation).toBe("radiological");
    const trained = await hepar("train", at("cohort"), ...training);
    expect(trained.status, trained.stderr).toBe(0);
    const model = JSON.parse(await readFile(at("cohort/models/m/model.json"), "utf8"));
    expect(model.orientation).toBe("radiological");
  }, 60_000);
});
