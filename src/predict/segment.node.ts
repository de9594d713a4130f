import { HeparError } from "../core/index.ts";
import {
  axialSlice,
  channelsOf,
  inputTensor,
  resizeLogits,
  type SliceImage,
} from "../slices/index.ts";
import { type CtVolume, type LabelVolume, reorient, voxelCount } from "../volume/index.ts";
import { largestClass } from "./classes.ts";
import type { LoadedModel } from "./model.node.ts";

/**
 * The network's mask of a scan, slice by slice, in LPS orientation. Each slice is prepared as for
 * training, run at the network's size, and its logits (not its labels) are brought back to full size.
 *
 * @param scan - any orientation
 * @returns labels on the scan's voxels, turned to LPS
 * @throws `run.stopped` when the signal says so
 */
export async function segment(
  scan: CtVolume,
  { model, signal }: { readonly model: LoadedModel; readonly signal?: AbortSignal | undefined },
): Promise<LabelVolume> {
  const turned = reorient(scan, "LPS");
  const [width, height, depth] = turned.dims;
  const { imageSize: size } = model.description;
  const voxels = new Uint8Array(voxelCount(turned));
  const run = (k: number): Promise<Readonly<Record<string, Float32Array>>> => {
    const channels = channelsOf(axialSlice<CtVolume["voxels"]>(turned, k));
    const image: SliceImage = { width, height, channels };
    const logits = model.session.run({ image: inputTensor([image], { size }) });
    // Awaited later, or never after a stop: its failure must not end the process.
    logits.catch(() => {});
    return logits;
  };
  let running = run(0);
  for (let k = 0; k < depth; k++) {
    if (signal?.aborted) throw new HeparError("run.stopped", "stopped while predicting");
    const { logits } = await running;
    // The runtime works on the next slice while this one is brought to full size.
    if (k + 1 < depth) running = run(k + 1);
    const full = resizeLogits(logits, {
      width: size,
      height: size,
      toWidth: width,
      toHeight: height,
    });
    largestClass(full, axialSlice({ dims: turned.dims, voxels }, k));
  }
  const { dims, affine, affineFrom } = turned;
  return { kind: "labels", dims, affine, affineFrom, voxels };
}
