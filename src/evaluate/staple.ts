import { hasBit, type Votes, votesIn } from "./votes.ts";

/** A hidden truth estimated from several readers, and how each reader compares with it. */
export interface Staple {
  /** Share of the truth that each reader has. */
  readonly sensitivity: readonly number[];
  /** Share of the rest that each reader leaves out. */
  readonly specificity: readonly number[];
  /** Probability of the structure by pattern of votes. */
  readonly probability: ReadonlyMap<number, number>;
  readonly iterations: number;
}

/** The numbers change by less than this in the last iteration. */
const settled = 1e-9;
const mostIterations = 1000;

/**
 * STAPLE for one structure, over the whole grid, as SimpleITK has it: the prior is the mean share of
 * voxels that readers have, and all begin at a sensitivity and specificity of 0.99999. Voxels with the
 * same votes have the same probability, so that it works on patterns, however large the scan. Nobody
 * has anything: null.
 *
 * @see Warfield et al. 2004, doi:10.1109/TMI.2004.828354
 */
export function staple({ readers, counts }: Pick<Votes, "readers" | "counts">): Staple | null {
  const patterns = [...counts];
  const total = patterns.reduce((sum, [, n]) => sum + n, 0);
  const votes = patterns.reduce((sum, [pattern, n]) => sum + n * votesIn(pattern), 0);
  if (votes === 0) return null;
  const prior = votes / (total * readers);
  let sensitivity = new Array<number>(readers).fill(0.99999);
  let specificity = sensitivity;
  for (let iteration = 1; ; iteration++) {
    const weights = patterns.map(([pattern]) =>
      probabilityOf(pattern, { prior, sensitivity, specificity }),
    );
    const share = (reader: number, bit: boolean): number => {
      let [part, whole] = [0, 0];
      patterns.forEach(([pattern, n], index) => {
        const weight = n * (bit ? weights[index] : 1 - weights[index]);
        whole += weight;
        if (hasBit(pattern, reader) === bit) part += weight;
      });
      return whole === 0 ? 0 : part / whole;
    };
    const next = [true, false].map((bit) => sensitivity.map((_, reader) => share(reader, bit)));
    const moved = next.flatMap((values, side) =>
      values.map((value, reader) => Math.abs(value - [sensitivity, specificity][side][reader])),
    );
    [sensitivity, specificity] = next;
    if (Math.max(...moved) < settled || iteration === mostIterations) {
      const probability = new Map(patterns.map(([pattern], index) => [pattern, weights[index]]));
      return { sensitivity, specificity, probability, iterations: iteration };
    }
  }
}

function probabilityOf(
  pattern: number,
  of: {
    readonly prior: number;
    readonly sensitivity: readonly number[];
    readonly specificity: readonly number[];
  },
): number {
  let [inside, outside] = [of.prior, 1 - of.prior];
  of.sensitivity.forEach((p, reader) => {
    const q = of.specificity[reader];
    inside *= hasBit(pattern, reader) ? p : 1 - p;
    outside *= hasBit(pattern, reader) ? 1 - q : q;
  });
  return inside + outside === 0 ? of.prior : inside / (inside + outside);
}
