import { componentsOfRuns, forEachRun } from "./components.ts";
import { nearestDirections, reorient, reorientBack } from "./orientation.ts";
import { boundsOfRuns, findRuns, type Inside, type Runs, sizeOf } from "./runs.ts";
import type { LabelVolume } from "./volume.ts";

export interface HoleOptions {
  /** What filled voxels become; 1, liver, unless told. */
  readonly label?: number;
  /**
   * `volume`: what no way through faces leads to from outside, as unless told; `axial slice`: the same
   * within each axial slice (by the affine, whatever the order of storage), which closes tunnels too.
   */
  readonly within?: "volume" | "axial slice";
}

/**
 * The mask with its holes filled: voxels that `inside` refuses and that it surrounds. What reaches
 * the grid's end is no hole. An empty mask stays empty.
 *
 * @returns the mask that was given, where there is no hole
 * @see scipy.ndimage.binary_fill_holes, whose answer this is, for a volume and slice by slice
 */
export function fillHoles(
  mask: LabelVolume,
  inside: Inside,
  options: HoleOptions = {},
): { readonly mask: LabelVolume; readonly filledVoxels: number } {
  if (options.within === "axial slice" && nearestDirections(mask.affine)[2].axis !== 2) {
    const turned = fillHoles(reorient(mask, "RAS"), inside, options);
    if (turned.filledVoxels === 0) return { mask, filledVoxels: 0 };
    return { ...turned, mask: reorientBack(turned.mask, { original: mask, codes: "RAS" }) };
  }
  const box = boundsOfRuns(findRuns(mask, inside));
  if (box === undefined) return { mask, filledVoxels: 0 };
  const outside = findRuns(mask, (value) => !inside(value), box);
  const inSlices = options.within === "axial slice";
  const { component, sizes } = componentsOfRuns(outside, inSlices ? 4 : 6);
  const isOpen = openComponents(outside, component, inSlices);
  const filledVoxels = sizes.reduce((sum, size, n) => (isOpen[n + 1] ? sum : sum + size), 0);
  if (filledVoxels === 0) return { mask, filledVoxels };
  const voxels = mask.voxels.slice();
  forEachRun(outside, mask, (run, from, to) => {
    if (!isOpen[component[run]]) voxels.fill(options.label ?? 1, from, to);
  });
  return { mask: { ...mask, voxels }, filledVoxels };
}

/** Which components reach a side of the box, beyond which nothing is inside. */
function openComponents(runs: Runs, component: Int32Array, inSlices: boolean): boolean[] {
  const { box, first, from, to } = runs;
  const [, rows, slices] = sizeOf(box);
  const isOpen: boolean[] = [];
  for (let row = 0; row + 1 < first.length; row++) {
    const [j, k] = [row % rows, Math.floor(row / rows)];
    const isEdge = j === 0 || j === rows - 1 || (!inSlices && (k === 0 || k === slices - 1));
    for (let run = first[row]; run < first[row + 1]; run++) {
      if (isEdge || from[run] === box.low[0] || to[run] === box.high[0]) {
        isOpen[component[run]] = true;
      }
    }
  }
  return isOpen;
}
