import { z } from "zod";

const oneCycleSchema = z.strictObject({
  /** Up along half a cosine, then down along another (Smith & Topin 2019, arXiv:1708.07120). */
  kind: z.literal("one-cycle"),
  /** Share of the steps in which the rate rises. */
  rise: z.number().min(0).max(1).default(0.25),
  /** First rate = maximum / startFactor. */
  startFactor: z.number().positive().default(25),
  /** Last rate = first rate / endFactor. */
  endFactor: z.number().positive().default(100),
});

const polynomialSchema = z.strictObject({
  /** (1 − step / steps)^power, as nnU-Net. */
  kind: z.literal("polynomial"),
  power: z.number().positive().default(0.9),
});

const cosineSchema = z.strictObject({
  /** Down along half a cosine (Loshchilov & Hutter 2017, arXiv:1608.03983), without restarts. */
  kind: z.literal("cosine"),
});

const constantSchema = z.strictObject({
  /** The maximum, always. */
  kind: z.literal("constant"),
});

/** How the learning rate goes from step to step: shares of its maximum. */
export const scheduleSchema = z.discriminatedUnion("kind", [
  oneCycleSchema,
  polynomialSchema,
  cosineSchema,
  constantSchema,
]);

export type Schedule = Readonly<z.infer<typeof scheduleSchema>>;

type OneCycle = Extract<Schedule, { kind: "one-cycle" }>;

export const oneCycle: OneCycle = oneCycleSchema.parse({ kind: "one-cycle" });

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
    case "constant":
      return maximum;
  }
}

/** Half a cosine wave from a to b. */
const cosine = (a: number, b: number, share: number): number =>
  b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));

function oneCycleRate(
  { rise, startFactor, endFactor }: OneCycle,
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
