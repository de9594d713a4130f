import {
  applyAffine,
  connectedComponents,
  invertAffine,
  type LabelVolume,
  reorient,
  reorientGrid,
  type Triple,
} from "../volume/index.ts";
import { cropTo } from "./crop.ts";

/** One connected part of a label. */
export interface Lesion {
  readonly voxels: number;
  /** Mean of its voxels' centres, RAS mm. */
  readonly centroid: Triple;
  /** Axial slice, from the feet, from 0, that holds most of it; of equal ones the lowest. */
  readonly slice: number;
}

/**
 * The 26-connected components of a label, largest first; [] when no voxel has it. Memory is that of
 * the box around the label, not of the scan.
 */
export function findLesions(mask: LabelVolume, label: number): readonly Lesion[] {
  const box = cropTo(mask, label);
  if (box === undefined) return [];
  // Axial slices run along the third axis once the box lies LPS.
  const turned = reorient(box, "LPS");
  const lps = reorientGrid(mask, "LPS");
  const corner = applyAffine(turned.affine, [0, 0, 0]);
  const firstSlice = Math.round(applyAffine(invertAffine(lps.affine), corner)[2]);
  return measureComponents(turned, label)
    .map(({ voxels, sum, slice }) => ({
      voxels,
      centroid: applyAffine(turned.affine, [sum[0] / voxels, sum[1] / voxels, sum[2] / voxels]),
      slice: firstSlice + slice,
    }))
    .sort((a, b) => b.voxels - a.voxels);
}

interface Component {
  readonly voxels: number;
  /** Sum of the voxels' indices along each axis. */
  readonly sum: Triple;
  /** Of the box. */
  readonly slice: number;
}

function measureComponents(box: LabelVolume, label: number): Component[] {
  const { labels, sizes } = connectedComponents(box, (value) => value === label);
  const [width, height, depth] = box.dims;
  const count = sizes.length + 1;
  const sums = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  // Slices come one after the other, so a component needs its count in the present one only.
  const present = new Int32Array(count).fill(-1);
  const inPresent = new Int32Array(count);
  const most = new Int32Array(count);
  const slice = new Int32Array(count);
  let at = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        const component = labels[at++];
        if (component === 0) continue;
        sums[0][component] += i;
        sums[1][component] += j;
        sums[2][component] += k;
        if (present[component] !== k) {
          present[component] = k;
          inPresent[component] = 0;
        }
        if (++inPresent[component] > most[component]) {
          most[component] = inPresent[component];
          slice[component] = k;
        }
      }
    }
  }
  return sizes.map((voxels, index) => ({
    voxels,
    sum: [sums[0][index + 1], sums[1][index + 1], sums[2][index + 1]],
    slice: slice[index + 1],
  }));
}
