import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCt, readLabels, writeNifti } from "../volume/index.node.ts";
import { type CtVolume, reorient } from "../volume/index.ts";
import { predictScan, predictScans } from "./predict-scan.node.ts";

const oracle = new URL("../../test/oracle/predict/", import.meta.url);
const context = { signal: new AbortController().signal, progress: () => {} };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-predict-scan-"));
  await mkdir(join(folder, "foreign"));
  // A network that PyTorch exported, and what it wants, as `hepar import onnx` leaves them.
  await copyFile(new URL("volume.onnx", oracle), join(folder, "foreign/model.onnx"));
  const classes = ["background", "liver", "tumour"].map((name, label) => ({ name, label }));
  const spec = {
    format: "hepar-network/1",
    name: "foreign",
    input: {
      ...{ kind: "3d", patch: [8, 8, 8], spacingMm: [4, 1.5, 1.5], orientation: "RAS" },
      intensity: { scheme: "range", range: [-1000, 1000] },
    },
    output: { classes },
    prediction: { largestLiver: false },
    training: { liverHu: { mean: 100, sd: 10 }, phase: "portal venous" },
  };
  await writeFile(join(folder, "foreign/network.json"), JSON.stringify(spec));
  await writeNifti(join(folder, "a.nii.gz"), reorient(noise(1), "PIR"));
  await writeNifti(join(folder, "b.nii"), noise(2));
  const picture = noise(3);
  await writeNifti(join(folder, "picture.nii"), {
    ...picture,
    voxels: picture.voxels.map((hu) => Math.abs(hu) % 256) as Int16Array,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Air and soft tissue at random. */
function noise(seed: number): CtVolume {
  const dims = [24, 20, 12] as const;
  let state = seed;
  const voxels = Int16Array.from({ length: 24 * 20 * 12 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) % 1100) - 1000;
  });
  const affine = [-1, 0, 0, 12, 0, -1, 0, 10, 0, 0, 5, -40, 0, 0, 0, 1];
  return { kind: "ct", dims, affine, affineFrom: "sform", voxels };
}

test("a foreign 3D network predicts a scan of any orientation at its own spacing", async () => {
  const scan = join(folder, "a.nii.gz");
  const out = join(folder, "a-out.nii.gz");
  const model = join(folder, "foreign");
  const maps = { probabilities: true, entropy: true };
  const made = await predictScan({ scan, model, out, threads: 1, maps }, context);
  const mask = await readLabels(out);
  const { header } = await readCt(scan);
  expect(mask.dims).toEqual(header.dims);
  expect(mask.affine).toEqual(header.affine);
  expect(made.labels[1] + made.labels[2]).toBeGreaterThan(0);
  expect(made.warnings.map(({ code }) => code)).toContain("contrast-phase");
  // Where tumour is likeliest, its probability is the largest of three; entropy is a share.
  const tumour = (await readCt(join(folder, "a-out-tumour.nii.gz"))).scan;
  const entropy = (await readCt(join(folder, "a-out-entropy.nii.gz"))).scan;
  mask.voxels.forEach((label, at) => {
    if (label === 2) expect(tumour.voxels[at]).toBeGreaterThan(0.33);
    else expect(tumour.voxels[at]).toBeLessThan(0.503);
    expect(entropy.voxels[at]).toBeLessThanOrEqual(1);
  });
  // The same scan stored another way is the same patient: the same labels.
  await writeNifti(join(folder, "a2.nii"), reorient((await readCt(scan)).scan, "LPS"));
  const again = join(folder, "a2-out.nii.gz");
  await predictScan({ scan: join(folder, "a2.nii"), model, out: again, threads: 1 }, context);
  const turned = reorient(await readLabels(again), "PIR");
  expect([...turned.voxels]).toEqual([...mask.voxels]);
});

test("several scans go to a folder; what is no CT is named and the others are done", async () => {
  const scans = ["picture.nii", "b.nii"].map((name) => join(folder, name));
  const out = join(folder, "masks");
  const model = join(folder, "foreign");
  const { predictions, failures } = await predictScans({ scans, model, out, threads: 1 }, context);
  expect(predictions.map(({ mask }) => mask)).toEqual([join(out, "b.nii.gz")]);
  expect(failures).toMatchObject([{ scan: scans[0], error: { code: "scan.not-ct" } }]);
  expect(failures[0].error.message).toContain("0..255");
  await expect(stat(join(out, "picture.nii.gz"))).rejects.toThrow();
  const twice = [scans[1], join(folder, "masks/../b.nii")];
  await expect(predictScans({ scans: twice, model, out }, context)).rejects.toMatchObject({
    code: "usage.argument",
  });
});

test("a description whose classes are not the network's is refused", async () => {
  const wrong = join(folder, "wrong");
  await mkdir(wrong);
  await copyFile(join(folder, "foreign/model.onnx"), join(wrong, "model.onnx"));
  const spec = {
    ...{ format: "hepar-network/1", name: "wrong" },
    input: { kind: "3d", patch: [8, 8, 8], intensity: { scheme: "hu" } },
    output: {
      classes: [
        { name: "background", label: 0 },
        { name: "liver", label: 1 },
      ],
    },
  };
  await writeFile(join(wrong, "network.json"), JSON.stringify(spec));
  const out = join(folder, "wrong.nii.gz");
  const scan = join(folder, "b.nii");
  await expect(predictScan({ scan, model: wrong, out, threads: 1 }, context)).rejects.toMatchObject(
    {
      code: "model.invalid",
    },
  );
  await expect(stat(out)).rejects.toThrow();
});
