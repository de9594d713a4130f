import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ModelDescription, specOf } from "../model/index.ts";
import { convertCase, readImage, readMask } from "../slices/index.node.ts";
import {
  convertSettings,
  inputTensor,
  type SliceOrientation,
  sliceOrientations,
} from "../slices/index.ts";
import { readLabels, writeNifti } from "../volume/index.node.ts";
import { type CtVolume, identityAffine, reorient } from "../volume/index.ts";
import { predictCase, predictFile } from "./index.node.ts";
import { type LoadedNetwork, segment } from "./index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-predict-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const size = 16;

/** What a model.json says, but for its training. */
function specWith(description: Partial<ModelDescription>) {
  const own = {
    ...{ imageSize: size, neighbours: 0, classes: ["background", "liver", "tumour"] },
    prediction: { mirrors: false, smallestTumour: 0 },
    ...description,
  };
  return specOf(own as ModelDescription, { name: "by hand" });
}

/**
 * A "network" by hand: a pixel is tumour where the liver window is brightest, liver where it is grey,
 * so that the right mask of any scan is known.
 */
const byHand: LoadedNetwork = {
  spec: specWith({}),
  session: {
    runtime: "by hand",
    release: async () => {},
    run: async ({ image }) => {
      const pixels = size * size;
      const logits = new Float32Array(3 * pixels);
      for (let p = 0; p < pixels; p++) {
        const bright = image[p];
        logits[p] = 0.5;
        logits[pixels + p] = bright > -0.5 ? 1 : 0;
        logits[2 * pixels + p] = bright > 0.9 ? 2 : 0;
      }
      return { logits };
    },
  },
};

/** Air, with a box of liver (30 HU) that holds a box of tumour (105 HU), and a speck far away. */
function scanOf(): { scan: CtVolume; expected: number[] } {
  const dims = [size, size, 6] as const;
  const hu = new Int16Array(size * size * 6).fill(-1000);
  const expected = new Array<number>(hu.length).fill(0);
  const paint = (value: number, label: number, box: readonly number[]): void => {
    for (let k = box[4]; k < box[5]; k++)
      for (let j = box[2]; j < box[3]; j++)
        for (let i = box[0]; i < box[1]; i++) {
          hu[i + size * (j + size * k)] = value;
          expected[i + size * (j + size * k)] = label;
        }
  };
  paint(30, 1, [1, 8, 3, 10, 1, 5]);
  paint(105, 2, [3, 6, 5, 8, 2, 4]);
  paint(30, 0, [14, 15, 14, 15, 0, 1]);
  const affine = [-0.7, 0, 0, 90, 0, -0.7, 0, 80, 0, 0, 5, -40, 0, 0, 0, 1];
  return { scan: { kind: "ct", dims, affine, affineFrom: "sform", voxels: hu }, expected };
}

test.each(["LPS", "RAS", "LAS", "PIR", "SAL", "AIL"])(
  "a scan stored as %s gets its mask on its own voxels and geometry",
  async (codes) => {
    const { scan, expected } = scanOf();
    const stored = reorient(scan, codes);
    const truth = reorient({ ...scan, voxels: Int16Array.from(expected) }, codes);
    const path = join(folder, `${codes}.nii`);
    await writeNifti(path, stored);
    const prediction = await predictCase(
      { case: codes, scan_source: path },
      { cohort: folder, networks: [byHand], name: "m" },
    );
    const out = join(folder, "predictions/m", `${codes}.nii.gz`);
    const mask = await readLabels(out);
    expect(mask.dims).toEqual(stored.dims);
    expect([...mask.voxels]).toEqual([...truth.voxels]);
    // 7 · 7 · 4 of liver and tumour, 3 · 3 · 2 of them tumour; the speck is gone.
    expect(prediction).toMatchObject({
      labels: { 0: 1340, 1: 178, 2: 18 },
      postProcessing: [{ step: "largestLiver", setting: true, changedVoxels: 1 }],
      warnings: [{ code: "liver-volume" }],
    });
    // The geometry fields of the header, byte for byte: pixdim, units, qform and sform.
    const [before, after] = [await readFile(path), gunzipSync(await readFile(out))];
    for (const [from, to] of [
      [76, 108],
      [123, 124],
      [252, 328],
    ]) {
      expect(after.subarray(from, to)).toEqual(before.subarray(from, to));
    }
  },
);

test("predicted slices are the mask's, in radiological view", async () => {
  const { expected } = scanOf();
  const slice = join(folder, "predictions/m/slices/RAS/RAS_slice_3.png");
  const { labels } = await readMask(slice);
  expect([...labels]).toEqual(expected.slice(3 * size * size, 4 * size * size));
});

test("one file gives the same mask, and no slices", async () => {
  const out = join(folder, "alone.nii.gz");
  await predictFile(join(folder, "PIR.nii"), { out, networks: [byHand] });
  const [alone, inCohort] = await Promise.all(
    [out, join(folder, "predictions/m/PIR.nii.gz")].map((path) => readLabels(path)),
  );
  expect(alone).toEqual(inCohort);
});

/** What a network of some orientation is shown of a scan. */
async function shown(scan: CtVolume, orientation: SliceOrientation): Promise<Float32Array[]> {
  const seen: Float32Array[] = [];
  const watching: LoadedNetwork = {
    spec: specWith({ orientation }),
    session: {
      ...byHand.session,
      run: (feeds) => {
        seen.push(feeds.image as Float32Array);
        return byHand.session.run(feeds);
      },
    },
  };
  await segment(scan, { networks: [watching] });
  return seen;
}

test.each(sliceOrientations)(
  "a network of %s slices is shown what it learned from, and its mask lies on the scan",
  async (orientation) => {
    const { scan, expected } = scanOf();
    // Turned by 20° about z, mirrored and permuted: nothing runs as the notebooks take it to.
    const [c, s] = [Math.cos(0.35), Math.sin(0.35)];
    const affine = [-0.7 * c, 0.7 * s, 0, 90, -0.7 * s, -0.7 * c, 0, 80, 0, 0, 5, -40, 0, 0, 0, 1];
    const oblique = reorient({ ...scan, affine }, "IAR");
    const truth = reorient({ ...scan, affine, voxels: Int16Array.from(expected) }, "IAR");
    const path = join(folder, "oblique.nii");
    await writeNifti(path, oblique);
    const row = { case: "oblique", scan_source: path, mask_source: null };
    const settings = convertSettings({ orientation, quality: 100 });
    const rows = await convertCase(row, { cohort: folder, settings });
    const seen = await shown(oblique, orientation);
    expect(seen).toHaveLength(rows.length);
    for (const [k, { image }] of rows.entries()) {
      const learned = inputTensor([await readImage(join(folder, image))], { size });
      const error = learned.reduce((sum, value, n) => sum + Math.abs(value - seen[k][n]), 0);
      expect(error / learned.length).toBeLessThan(0.1); // JPEG; another slice or turn is 0.3 and more
    }
    const networks = [{ ...byHand, spec: specWith({ orientation }) }];
    const out = join(folder, `${orientation}.nii.gz`);
    await predictFile(path, { out, networks });
    const mask = await readLabels(out);
    expect(mask.dims).toEqual(truth.dims);
    if (orientation === "radiological") expect([...mask.voxels]).toEqual([...truth.voxels]);
    // The notebook's slices are 6 pixels wide and stretched for the network: its edges are soft.
    const wrong = mask.voxels.filter((label, n) => label !== truth.voxels[n]).length;
    expect(wrong).toBeLessThan(truth.voxels.length / 20);
  },
);

test("networks of slices cut in two ways do not predict together", async () => {
  const other = {
    ...byHand,
    spec: specWith({ orientation: "notebook" }),
  };
  await expect(segment(scanOf().scan, { networks: [byHand, other] })).rejects.toMatchObject({
    code: "model.invalid",
    message: "the networks want scans turned in more than one way: LPS, notebook",
  });
});

test("predicted slices lie on the cohort's images, whatever the network's own orientation", async () => {
  const path = join(folder, "RAS.nii");
  const networks = [{ ...byHand, spec: specWith({ orientation: "notebook" }) }];
  const row = { case: "both", scan_source: path };
  await predictCase(row, { cohort: folder, networks, name: "n" });
  const { expected } = scanOf();
  const { labels } = await readMask(join(folder, "predictions/n/slices/both/both_slice_3.png"));
  expect([...labels]).toEqual(expected.slice(3 * size * size, 4 * size * size));
});

test("logits, not labels, are brought to full size: an edge lies between network pixels", async () => {
  // 32 × 32 for a network of 16 × 16: the liver's edge at 10 is exact, since it falls on a border.
  const voxels = new Int16Array(32 * 32).fill(-1000);
  for (let j = 8; j < 24; j++) voxels.fill(30, j * 32 + 10, j * 32 + 20);
  const scan: CtVolume = {
    ...{ kind: "ct", affineFrom: "sform", voxels, dims: [32, 32, 1] },
    affine: identityAffine.map((value, cell) => (cell === 0 || cell === 5 ? -value : value)),
  };
  const { mask } = await segment(scan, { networks: [byHand] });
  const row = [...mask.voxels.subarray(16 * 32, 17 * 32)];
  expect(row).toEqual(Array.from({ length: 32 }, (_, i) => Number(i >= 10 && i < 20)));
});

test("a network of neighbouring slices sees them as in training, from the lowest up", async () => {
  const { scan } = scanOf();
  const channels = 3 * size * size;
  const seen: Float32Array[] = [];
  const watching = (neighbours: number): LoadedNetwork => ({
    spec: specWith({ neighbours }),
    session: {
      ...byHand.session,
      run: (feeds) => {
        seen.push(feeds.image as Float32Array);
        return byHand.session.run(feeds);
      },
    },
  });
  await segment(scan, { networks: [watching(0)] });
  const alone = seen.splice(0);
  await segment(scan, { networks: [watching(2)] });
  expect(seen).toHaveLength(6);
  seen.forEach((image, k) => {
    expect(image).toHaveLength(5 * channels);
    for (let n = 0; n < 5; n++) {
      const expected = alone[Math.min(5, Math.max(0, k + n - 2))];
      expect(image.subarray(n * channels, (n + 1) * channels)).toEqual(expected);
    }
  });
});

test("a stop is heard, and a failing runtime is an error, not a crash", async () => {
  const { scan } = scanOf();
  const stop = new AbortController();
  stop.abort();
  await expect(segment(scan, { networks: [byHand], signal: stop.signal })).rejects.toMatchObject({
    code: "run.stopped",
  });
  const failing = {
    ...byHand,
    session: { ...byHand.session, run: () => Promise.reject(new Error("out of memory")) },
  };
  await expect(segment(scan, { networks: [failing] })).rejects.toThrow("out of memory");
});

test("with mirrors, a network that looks left and up sees all sides alike", async () => {
  const { scan, expected } = scanOf();
  // Each pixel gets its left neighbour's class: wrong alone, symmetric when the mirrors are added.
  const leaning: LoadedNetwork = {
    spec: specWith({ prediction: { mirrors: true, smallestTumour: 0 } }),
    session: {
      ...byHand.session,
      run: async ({ image }) => {
        const { logits } = await byHand.session.run({ image });
        // On the left half of what it is shown it says what it should, on the right half nothing.
        return { logits: logits.map((value, at) => (at % size < size / 2 ? value : 0)) };
      },
    },
  };
  const { mask } = await segment(scan, { networks: [leaning] });
  expect(Array.from(mask.voxels)).toEqual(
    Array.from(reorient({ ...scan, voxels: Int16Array.from(expected) }, "LPS").voxels),
  );
});

test("tumours of fewer voxels than the model believes become liver", async () => {
  const { scan } = scanOf();
  const strict = (smallestTumour: number): LoadedNetwork => ({
    ...byHand,
    spec: specWith({ prediction: { mirrors: false, smallestTumour } }),
  });
  // The box of tumour is 3 × 3 × 2 voxels.
  const counts = async (least: number) => {
    const { mask, steps } = await segment(scan, { networks: [strict(least)] });
    const of = (label: number) => mask.voxels.filter((voxel) => voxel === label).length;
    return [of(1), of(2), steps.at(-1)?.changedVoxels];
  };
  expect(await counts(18)).toEqual([7 * 7 * 4 - 18, 18, 0]);
  expect(await counts(19)).toEqual([7 * 7 * 4, 0, 18]);
});

test("of several networks the mean of their probabilities counts", async () => {
  const { scan } = scanOf();
  // Inside the liver one is sure of liver (0.8 : 0.2), the other surer of tumour (0.05 : 0.95).
  const saying = (liver: number, tumour: number): LoadedNetwork => ({
    ...byHand,
    session: {
      ...byHand.session,
      run: async ({ image }) => {
        const pixels = size * size;
        const logits = new Float32Array(3 * pixels);
        for (let p = 0; p < pixels; p++) {
          const inside = image[p] > -0.5;
          logits[p] = inside ? -20 : 20;
          logits[pixels + p] = Math.log(liver);
          logits[2 * pixels + p] = Math.log(tumour);
        }
        return { logits };
      },
    },
  });
  const one = saying(0.8, 0.2);
  const other = saying(0.05, 0.95);
  const tumourOf = async (networks: LoadedNetwork[]) =>
    (await segment(scan, { networks })).mask.voxels.filter((label) => label === 2).length;
  const liver = 7 * 7 * 4;
  expect(await tumourOf([one])).toBe(0);
  expect(await tumourOf([other])).toBe(liver);
  expect(await tumourOf([one, other])).toBe(liver); // 0.575
  const sure = (network: LoadedNetwork, tumourThreshold: number): LoadedNetwork => ({
    ...network,
    spec: specWith({ prediction: { mirrors: false, smallestTumour: 0, tumourThreshold } }),
  });
  expect(await tumourOf([sure(one, 0.57), other])).toBe(liver);
  expect(await tumourOf([sure(one, 0.58), other])).toBe(0);
  await expect(segment(scan, { networks: [] })).rejects.toMatchObject({ code: "model.missing" });
});
