/** The one-cycle schedule's settings, as in PyTorch and fastai. */
export interface OneCycle {
  readonly maximum: number;
  readonly steps: number;
  /** Share of the steps in which the rate rises. */
  readonly rise: number;
  /** First rate = maximum / startFactor. */
  readonly startFactor: number;
  /** Last rate = first rate / endFactor. */
  readonly endFactor: number;
}

/** Half a cosine wave from a to b. */
const cosine = (a: number, b: number, share: number): number =>
  b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));

/**
 * Learning rate of a step, 0 … steps − 1: up along half a cosine, then down along another.
 *
 * @see Smith & Topin 2019, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR
 */
export function oneCycleRate(step: number, cycle: OneCycle): number {
  const first = cycle.maximum / cycle.startFactor;
  const last = first / cycle.endFactor;
  const peak = cycle.rise * cycle.steps - 1;
  if (step <= peak) return cosine(first, cycle.maximum, peak <= 0 ? 1 : step / peak);
  const fall = cycle.steps - 1 - peak;
  return cosine(cycle.maximum, last, fall <= 0 ? 1 : (step - peak) / fall);
}
