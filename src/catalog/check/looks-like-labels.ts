/** Labels run on from voxel to voxel; more than half of a scan's body never does (LiTS: at most 17 %). */
const share = 0.5;

/**
 * Whether voxels are labels rather than grey values: whole numbers from 0 to 255, most of which,
 * background left out, are as their neighbour before. Nothing but background counts as labels.
 */
export function looksLikeLabels(voxels: ArrayLike<number>): boolean {
  // The first corner is air or background.
  const background = voxels[0];
  let others = 0;
  let alike = 0;
  for (let n = 0; n < voxels.length; n++) {
    const value = voxels[n];
    if (!(value >= 0 && value <= 255) || !Number.isInteger(value)) return false;
    if (value === background) continue;
    others++;
    if (n > 0 && voxels[n - 1] === value) alike++;
  }
  return alike >= share * others;
}
