import { HeparError } from "../core/index.ts";

const marker = { app14: 0xee, quantization: 0xdb, frame: 0xc0, huffman: 0xc4, scan: 0xda };

/**
 * Four grey JPEGs as the cyan, magenta, yellow and black of one: their coefficients as they are, each
 * in a scan of its own, so that every decoder gives the four planes back.
 *
 * Adobe's marker says that the components are stored inverted, which everybody assumes of CMYK.
 *
 * @param greys - baseline, of the same size, quality and (standard) Huffman tables
 * @see ITU-T T.81, annex B.2; Adobe Technical Note 5116 for APP14
 */
export function joinGreyJpegs(greys: readonly [Uint8Array, ...Uint8Array[]]): Uint8Array {
  const parts = greys.map(partsOf);
  const [{ frame, quantization, huffman }] = parts;
  const names = [..."CMYK"].map((letter) => letter.charCodeAt(0));
  const sampling = names.flatMap((name) => [name, 0x11, 0]); // 1 × 1, quantization table 0
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(marker.app14, [...ascii("Adobe"), 0, 100, 0, 0, 0, 0, 0]),
    ...quantization,
    // Bits a sample, height and width as they are; then the components.
    ...segment(marker.frame, [...frame.subarray(4, 9), 4, ...sampling]),
    ...huffman,
    ...parts.flatMap(({ coded }, c) => [
      ...segment(marker.scan, [1, names[c], 0, 0, 63, 0]), // all 64 coefficients, tables 0
      ...coded,
    ]),
    ...[0xff, 0xd9],
  ]);
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const segment = (kind: number, body: readonly number[]): number[] => [
  ...[0xff, kind],
  ...[(body.length + 2) >> 8, (body.length + 2) & 255],
  ...body,
];

/** A grey JPEG's segments, whole, and its coded coefficients without the end marker. */
interface Parts {
  readonly quantization: Uint8Array;
  readonly frame: Uint8Array;
  readonly huffman: Uint8Array;
  readonly coded: Uint8Array;
}

function partsOf(jpeg: Uint8Array): Parts {
  const found = new Map<number, number[]>();
  let at = 2;
  while (jpeg[at] === 0xff) {
    const kind = jpeg[at + 1];
    const end = at + 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]);
    found.set(kind, [...(found.get(kind) ?? []), ...jpeg.subarray(at, end)]);
    at = end;
    if (kind === marker.scan) break;
  }
  const of = (kind: number): Uint8Array => {
    const segments = found.get(kind);
    if (segments !== undefined) return Uint8Array.from(segments);
    throw new HeparError(
      "defect",
      `expected a baseline JPEG, got one without ${kind.toString(16)}`,
    );
  };
  return {
    quantization: of(marker.quantization),
    frame: of(marker.frame),
    huffman: of(marker.huffman),
    coded: jpeg.subarray(at, jpeg.length - 2),
  };
}
