/**
 * The finite values in ascending order. A radix sort over the bits of float32, 16 at a time: several
 * times faster on a slice than `Float32Array.sort`.
 */
export function sortedFloats(values: ArrayLike<number>): Float32Array {
  const floats = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) floats[count++] = values[i];
  }
  const finite = floats.subarray(0, count);
  const bits = new Uint32Array(floats.buffer, 0, count);
  // Bits of positive floats ascend with their value, those of negative ones descend.
  for (let i = 0; i < count; i++) bits[i] = bits[i] >>> 31 === 1 ? ~bits[i] : bits[i] | signBit;
  const keys = sortedBy(sortedBy(bits, 0), 16);
  for (let i = 0; i < count; i++) bits[i] = keys[i] >>> 31 === 1 ? keys[i] & ~signBit : ~keys[i];
  return finite;
}

const signBit = 0x80000000;

/** Keys by 16 of their bits; equal ones keep their order. */
function sortedBy(keys: Uint32Array, shift: 0 | 16): Uint32Array {
  const next = new Uint32Array(65536);
  for (let i = 0; i < keys.length; i++) next[(keys[i] >>> shift) & 65535]++;
  let start = 0;
  for (let digit = 0; digit < next.length; digit++) {
    const count = next[digit];
    next[digit] = start;
    start += count;
  }
  const sorted = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) sorted[next[(keys[i] >>> shift) & 65535]++] = keys[i];
  return sorted;
}
