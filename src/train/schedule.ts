/** How the learning rate goes from step to step: shares of its maximum. */
export type Schedule =
  | {
      /** Up along half a cosine, then down along another (Smith & Topin 2019, arXiv:1708.07120). */
      readonly kind: "one-cycle";
      /** Share of the steps in which the rate rises. */
      readonly rise: number;
      /** First rate = maximum / startFactor. */
      readonly startFactor: number;
      /** Last rate = first rate / endFactor. */
      readonly endFactor: number;
    }
  | {
      /** (1 − step / steps)^power, as nnU-Net. */
      readonly kind: "polynomial";
      readonly power: number;
    }
  | {
      /** Down along half a cosine (Loshchilov & Hutter 2017, arXiv:1608.03983), without restarts. */
      readonly kind: "cosine";
    };

export const oneCycle: Schedule = {
  kind: "one-cycle",
  rise: 0.25,
  startFactor: 25,
  endFactor: 100,
};

/**
 * Learning rate of a step, 0 … steps − 1.
 *
 * @see torch.optim.lr_scheduler: OneCycleLR, PolynomialLR, CosineAnnealingLR give the same numbers
 */
export function rateOf(
  schedule: Schedule,
  {
    step,
    steps,
    maximum,
  }: { readonly step: number; readonly steps: number; readonly maximum: number },
): number {
  switch (schedule.kind) {
    case "one-cycle":
      return oneCycleRate(schedule, { step, steps, maximum });
    case "polynomial":
      return maximum * (1 - step / steps) ** schedule.power;
    case "cosine":
      return cosine(maximum, 0, step / steps);
  }
}

/** Half a cosine wave from a to b. */
const cosine = (a: number, b: number, share: number): number =>
  b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));

function oneCycleRate(
  { rise, startFactor, endFactor }: Extract<Schedule, { kind: "one-cycle" }>,
  {
    step,
    steps,
    maximum,
  }: { readonly step: number; readonly steps: number; readonly maximum: number },
): number {
  const first = maximum / startFactor;
  const peak = rise * steps - 1;
  if (step <= peak) return cosine(first, maximum, peak <= 0 ? 1 : step / peak);
  const fall = steps - 1 - peak;
  return cosine(maximum, first / endFactor, fall <= 0 ? 1 : (step - peak) / fall);
}
