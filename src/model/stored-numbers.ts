/** How a kind of number lies in a file, little-endian. */
interface FormatRule {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

/** The kinds of numbers that weights are stored as, by safetensors' names. */
const formatRules = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfOf(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloatOf(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) },
} as const satisfies Record<string, FormatRule>;

export type NumberFormat = keyof typeof formatRules;

/** Whether a name is that of a kind of number which can be read. */
export const isNumberFormat = (name: unknown): name is NumberFormat =>
  typeof name === "string" && Object.hasOwn(formatRules, name);

/** Bytes that a number takes. */
export const bytesOf = (format: NumberFormat): number => formatRules[format].bytes;

/**
 * Stored numbers as float32, of which float64 and large integers keep only so many digits; a copy,
 * wherever the bytes lie.
 *
 * @param bytes - a whole number of numbers; none give an empty array
 */
export function floatsFrom(bytes: Uint8Array, format: NumberFormat): Float32Array {
  const { bytes: width, read }: FormatRule = formatRules[format];
  const floats = new Float32Array(bytes.length / width);
  if (format === "F32") {
    new Uint8Array(floats.buffer).set(bytes);
    return floats;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let n = 0; n < floats.length; n++) floats[n] = read(view, n * width);
  return floats;
}

/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const single = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function bfloatOf(bits: number): number {
  single.setUint32(0, bits * 0x1_0000);
  return single.getFloat32(0);
}
