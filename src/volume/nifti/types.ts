/** Scalar types that hepar reads, by NIfTI datatype code. */
export const scalarTypes = {
  2: { name: "uint8", bytes: 1 },
  4: { name: "int16", bytes: 2 },
  8: { name: "int32", bytes: 4 },
  16: { name: "float32", bytes: 4 },
  64: { name: "float64", bytes: 8 },
  256: { name: "int8", bytes: 1 },
  512: { name: "uint16", bytes: 2 },
  768: { name: "uint32", bytes: 4 },
  1024: { name: "int64", bytes: 8 },
  1280: { name: "uint64", bytes: 8 },
} as const;

export type ScalarType = (typeof scalarTypes)[keyof typeof scalarTypes]["name"];

/** Types that exist and are refused by name, so that the message can say what was found. */
export const refusedTypes: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "1-bit",
  32: "complex64",
  128: "RGB",
  1536: "float128",
  1792: "complex128",
  2048: "complex256",
  2304: "RGBA",
};
