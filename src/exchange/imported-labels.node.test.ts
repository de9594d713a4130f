import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNetwork } from "../model/index.node.ts";
import { openSession } from "../onnx/index.node.ts";
import { segment } from "../predict/index.ts";
import { type CtVolume, reorientBack } from "../volume/index.ts";
import { importOnnx } from "./import-onnx.node.ts";

const tests = resolve(import.meta.dirname, "../../test");
const root = await mkdtemp(join(tmpdir(), "hepar-imported-"));
afterAll(() => rm(root, { recursive: true }));

/** As test/oracle/exchange/small_scan.py makes it. */
function smallScan(): CtVolume {
  const dims = [40, 36, 5] as const;
  const voxels = new Int16Array(40 * 36 * 5);
  for (let at = 0; at < voxels.length; at++) {
    const [x, y, z] = [at % 40, Math.floor(at / 40) % 36, Math.floor(at / 1440)];
    const hu = 100 * Math.sin(x / 5) + 90 * Math.cos(y / 4 + z) + ((x * y) % 17);
    voxels[at] = Math.floor(hu);
  }
  const affine = [0.8, 0, 0, 0, 0, 0.8, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1];
  return { kind: "ct", dims, affine, affineFrom: "sform", voxels };
}

test("an imported network gives PyTorch's labels, on the scan's own voxels", async () => {
  const { prediction: _usual, ...description } = JSON.parse(
    await readFile(join(tests, "golden/exchange/unet-2d.json"), "utf8"),
  );
  const path = join(root, "description.json");
  const whole = { ...description, prediction: { largestLiver: false } };
  await writeFile(path, JSON.stringify(whole));
  const { folder } = await importOnnx(join(tests, "golden/exchange/balanced-2d.onnx"), {
    ...{ description: path, out: join(root, "model") },
  });
  const { spec, inference } = await readNetwork(folder);
  const session = await openSession(inference, { threads: 1 });
  const scan = smallScan();
  const { mask, codes } = await segment(scan, { networks: [{ spec, session }] });
  await session.release();
  const { voxels } = reorientBack(mask, { original: scan, codes });
  const oracle = await readFile(join(tests, "oracle/exchange/small-scan.json"), "utf8");
  const { labels } = JSON.parse(oracle) as { labels: string };
  expect(labels).toHaveLength(voxels.length);
  const differing = [...voxels].filter((label, at) => String(label) !== labels[at]).length;
  expect(differing).toBeLessThanOrEqual(2); // ties, which each runtime rounds its own way
  for (const label of ["0", "1", "2"]) expect(labels.split(label).length).toBeGreaterThan(1000);
});
