/** A plane as it is, turned left-right, up-down, or both: each is its own way back. */
export const mirrorings = [
  { leftRight: false, upDown: false },
  { leftRight: true, upDown: false },
  { leftRight: false, upDown: true },
  { leftRight: true, upDown: true },
] as const;

export type Mirroring = (typeof mirrorings)[number];

/**
 * Square planes mirrored.
 *
 * @param planes - [n, size, size]
 * @param into - filled and returned when given; it may not be `planes`
 */
export function mirrored(
  planes: Float32Array,
  { leftRight, upDown }: Mirroring,
  { size, into = new Float32Array(planes.length) }: { size: number; into?: Float32Array },
): Float32Array {
  for (let start = 0; start < planes.length; start += size) {
    const row = (start / size) % size;
    const from = upDown ? start + (size - 1 - 2 * row) * size : start;
    const line = planes.subarray(from, from + size);
    into.set(line, start);
    if (leftRight) into.subarray(start, start + size).reverse();
  }
  return into;
}
