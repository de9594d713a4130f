import { type AxisCodes, axisCodes, type Grid } from "../volume/index.ts";

/**
 * How slices are cut from a scan. `radiological`: axial, from the feet up, the patient's right on the
 * left of the picture and the front on top, wherever the scan's own axes run. `notebook`: as the LiTS
 * notebooks have them, `np.rot90` of the stored array, whatever that shows of the patient; only to
 * compare with them.
 */
export const sliceOrientations = ["radiological", "notebook"] as const;

export type SliceOrientation = (typeof sliceOrientations)[number];

const opposites: Readonly<Record<string, string>> = {
  ...{ R: "L", A: "P", S: "I" },
  ...{ L: "R", P: "A", I: "S" },
};

/**
 * The directions in which columns, rows and slices run once a scan is turned for slicing: what
 * `reorient` takes, and `reorientBack` to undo it.
 *
 * @param stored - the scan's grid as it is in its file
 * @see numpy.rot90 on [i, j, k]: [row, column, k] shows [column, height − 1 − row, k], so that k and
 *   i stay and j is mirrored
 */
export function sliceCodes(
  { affine }: Pick<Grid, "affine">,
  orientation: SliceOrientation,
): AxisCodes {
  if (orientation === "radiological") return "LPS";
  const [i, j, k] = axisCodes(affine);
  return `${i}${opposites[j]}${k}`;
}
