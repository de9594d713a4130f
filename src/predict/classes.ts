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

/**
 * The class of each pixel where a tumour has to be surer than by majority: background where it is
 * likelier than liver and tumour together, else tumour where its share of the two is above
 * `threshold`, else liver.
 *
 * @param logits - [3, pixels]: background, liver, tumour
 * @param into - [pixels], filled
 */
export function sureTumour(
  logits: Float32Array,
  { into, threshold }: { readonly into: Uint8Array; readonly threshold: number },
): void {
  const pixels = into.length;
  // share = σ(tumour − liver) > threshold
  const margin = Math.log(threshold / (1 - threshold));
  for (let p = 0; p < pixels; p++) {
    const liver = logits[pixels + p];
    const tumour = logits[2 * pixels + p];
    const more = tumour - liver;
    // log(eˡ + eᵗ), safe from overflow
    const organ = Math.max(liver, tumour) + Math.log1p(Math.exp(-Math.abs(more)));
    into[p] = logits[p] >= organ ? 0 : more > margin ? 2 : 1;
  }
}

/**
 * The logarithm of the mean of several networks' probabilities, which serves as logits.
 *
 * @param each - of each network, [classes, pixels]; of one, its logits are returned as they are
 */
export function meanOfNetworks(
  each: readonly Float32Array[],
  { pixels }: { readonly pixels: number },
): Float32Array {
  const [first = new Float32Array(0), ...others] = each;
  if (others.length === 0) return first;
  const mean = new Float32Array(first.length);
  for (const logits of each) {
    for (let p = 0; p < pixels; p++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let at = p; at < logits.length; at += pixels) top = Math.max(top, logits[at]);
      let sum = 0;
      for (let at = p; at < logits.length; at += pixels) sum += Math.exp(logits[at] - top);
      const scale = 1 / (sum * each.length);
      for (let at = p; at < logits.length; at += pixels) {
        mean[at] += Math.exp(logits[at] - top) * scale;
      }
    }
  }
  return mean.map(Math.log);
}
