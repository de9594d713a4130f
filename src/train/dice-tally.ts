/** Counts for a Dice that is pooled over many slices: liver (classes 1 and 2) and tumour (2). */
export class DiceTally {
  readonly #counts = {
    liver: { common: 0, total: 0 },
    tumour: { common: 0, total: 0 },
  };

  /**
   * Counts the first slices of a batch.
   *
   * @param logits - [n, 3, pixels]; the largest of a pixel's three is its class
   * @param labels - [n, pixels]
   */
  add(
    logits: Float32Array,
    labels: Uint8Array,
    { slices, pixels }: { readonly slices: number; readonly pixels: number },
  ): void {
    for (let n = 0; n < slices; n++) {
      for (let p = 0; p < pixels; p++) {
        const at = n * 3 * pixels + p;
        const background = logits[at];
        const liver = logits[at + pixels];
        const tumour = logits[at + 2 * pixels];
        const found = tumour > liver && tumour > background ? 2 : liver > background ? 1 : 0;
        const truth = labels[n * pixels + p];
        if (found > 0 || truth > 0) this.#count("liver", found > 0, truth > 0);
        if (found === 2 || truth === 2) this.#count("tumour", found === 2, truth === 2);
      }
    }
  }

  #count(structure: "liver" | "tumour", found: boolean, truth: boolean): void {
    const counts = this.#counts[structure];
    counts.total += Number(found) + Number(truth);
    if (found && truth) counts.common++;
  }

  /** 2 · common / (found + true); null when both are empty. */
  dice(structure: "liver" | "tumour"): number | null {
    const { common, total } = this.#counts[structure];
    return total === 0 ? null : (2 * common) / total;
  }
}
