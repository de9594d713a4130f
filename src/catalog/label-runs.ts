import type { LabelVolume } from "../volume/index.ts";

/** Labels as they are stored: a mask's voxels, or a slice's pixels. */
export type Labels = LabelVolume["voxels"] | Uint16Array;

/**
 * Visits each run of equal labels, in order. Masks are long runs, and most are bytes: those are
 * compared four at a time.
 */
export function forEachLabelRun(
  labels: Labels,
  visit: (label: number, length: number) => void,
): void {
  const words = wordsOf(labels);
  let start = 0;
  while (start < labels.length) {
    const label = labels[start];
    let end = start + 1;
    while (end < labels.length && end % 4 !== 0 && labels[end] === label) end++;
    if (end % 4 === 0) {
      const four = Math.imul(label, 0x01010101);
      let word = end / 4;
      // Sixteen at a time, in long runs.
      while (
        word + 3 < words.length &&
        ((words[word] ^ four) |
          (words[word + 1] ^ four) |
          (words[word + 2] ^ four) |
          (words[word + 3] ^ four)) ===
          0
      ) {
        word += 4;
      }
      while (word < words.length && words[word] === four) word++;
      end = word * 4;
    }
    while (end < labels.length && labels[end] === label) end++;
    visit(label, end - start);
    start = end;
  }
}

/** Four labels a number, where they are bytes that lie so; else none. */
const wordsOf = (labels: Labels): Int32Array =>
  labels instanceof Uint8Array && labels.byteOffset % 4 === 0
    ? new Int32Array(labels.buffer, labels.byteOffset, labels.length >> 2)
    : new Int32Array(0);
