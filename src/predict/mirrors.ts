/** The spatial axes of a patch, slowest first. */
export const patchAxes = ["slices", "rows", "columns"] as const;

export type PatchAxis = (typeof patchAxes)[number];

/** Every combination of the axes, from none to all: each is its own way back. */
export function mirrorings(axes: readonly PatchAxis[]): readonly (readonly PatchAxis[])[] {
  const made: (readonly PatchAxis[])[] = [[]];
  for (const axis of axes) made.push(...made.map((before) => [...before, axis]));
  return made;
}

/**
 * Planes of a patch mirrored; what is given, where there is nothing to mirror.
 *
 * @param patch - [n, slices, rows, columns], any n
 * @param shape - slices, rows and columns
 */
export function mirrored(
  patch: Float32Array,
  axes: readonly PatchAxis[],
  shape: readonly [number, number, number],
): Float32Array {
  if (axes.length === 0) return patch;
  const [slices, rows, columns] = shape;
  const turns = patchAxes.map((axis) => axes.includes(axis));
  const into = new Float32Array(patch.length);
  const lines = patch.length / columns;
  for (let line = 0; line < lines; line++) {
    const row = line % rows;
    const slice = Math.floor(line / rows) % slices;
    const otherSlice = turns[0] ? slices - 1 - slice : slice;
    const otherRow = turns[1] ? rows - 1 - row : row;
    const from = (line + (otherSlice - slice) * rows + (otherRow - row)) * columns;
    const to = into.subarray(line * columns, (line + 1) * columns);
    to.set(patch.subarray(from, from + columns));
    if (turns[2]) to.reverse();
  }
  return into;
}
