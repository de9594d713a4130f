/** The least of 1, 2, 5, 10, 20, 50 … that is not below a number: a step for whole ticks. */
export function wholeStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const factor = [1, 2, 5].find((candidate) => candidate * decade >= least) ?? 10;
  return factor * decade;
}
