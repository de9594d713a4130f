/** Colours of the first labels: background, liver, tumour; then others that are easy to tell apart. */
const first = [
  [0, 0, 0],
  [214, 96, 77],
  [255, 221, 0],
  [67, 147, 195],
  [90, 174, 97],
  [153, 112, 171],
  [191, 129, 45],
  [53, 151, 143],
] as const;

/**
 * Red, green and blue of each label from 0 to 255, to look at a mask. The labels are the indices, so
 * a colour says nothing that the label does not.
 */
export const maskPalette: Uint8Array = Uint8Array.from({ length: 3 * 256 }, (_, at) => {
  const [label, channel] = [Math.floor(at / 3), at % 3];
  // Steps by numbers without common factors spread the others over all colours, none of them twice.
  return first[label]?.[channel] ?? (label * [67, 151, 29][channel] + 64) % 256;
});
