import { hasBit, votesIn } from "./votes.ts";

type Counts = ReadonlyMap<number, number>;

const sum = (counts: Counts, value: (pattern: number) => number): number =>
  [...counts].reduce((total, [pattern, n]) => total + n * value(pattern), 0);

/**
 * Cohen's κ of two readers: agreement beyond chance, 1 at most. It depends on how much background is
 * counted; null when chance alone explains all (both say the same everywhere).
 *
 * @see Cohen 1960, doi:10.1177/001316446002000104
 */
export function cohenKappa(counts: Counts, [a, b]: readonly [number, number]): number | null {
  const total = sum(counts, () => 1);
  const agreed = sum(counts, (p) => (hasBit(p, a) === hasBit(p, b) ? 1 : 0)) / total;
  const [yesA, yesB] = [a, b].map((r) => sum(counts, (p) => (hasBit(p, r) ? 1 : 0)) / total);
  return beyondChance(agreed, yesA * yesB + (1 - yesA) * (1 - yesB));
}

/**
 * Fleiss' κ of all readers, as Cohen's.
 *
 * @see Fleiss 1971, doi:10.1037/h0031619
 */
export function fleissKappa(counts: Counts, readers: number): number | null {
  const total = sum(counts, () => 1);
  const pairs = readers * (readers - 1);
  const agreed =
    sum(counts, (p) => {
      const [yes, no] = [votesIn(p), readers - votesIn(p)];
      return (yes * (yes - 1) + no * (no - 1)) / pairs;
    }) / total;
  const yes = sum(counts, votesIn) / (total * readers);
  return beyondChance(agreed, yes * yes + (1 - yes) * (1 - yes));
}

const beyondChance = (agreed: number, chance: number): number | null =>
  chance === 1 || Number.isNaN(agreed) ? null : (agreed - chance) / (1 - chance);
