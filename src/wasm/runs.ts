export interface Run {
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** Whole numbers as runs of even steps. */
export function runsOf(indices: readonly number[]): Run[] {
  const runs: { start: number; size: number; step: number }[] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    if (run?.size === 1) run.step = index - run.start;
    if (run !== undefined && index === run.start + run.size * run.step) run.size++;
    else runs.push({ start: index, size: 1, step: 1 });
  }
  return runs;
}
