/**
 * The class of each pixel: where its logit is largest; the lower class on a tie.
 *
 * @param logits - [classes, pixels]
 * @param into - [pixels], filled
 */
export function largestClass(logits: Float32Array, into: Uint8Array): void {
  const pixels = into.length;
  const best = logits.slice(0, pixels);
  into.fill(0);
  for (let start = pixels, label = 1; start < logits.length; start += pixels, label++) {
    for (let p = 0; p < pixels; p++) {
      const value = logits[start + p];
      if (value > best[p]) {
        best[p] = value;
        into[p] = label;
      }
    }
  }
}
