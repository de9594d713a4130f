/** Seeded chance: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Whole number, uniform in 0 … count − 1. */
  below(count: number): number;
  /** Standard normal (mean 0, variance 1). */
  normal(): number;
  /** A shuffled copy (Fisher–Yates). */
  shuffled<Item>(items: readonly Item[]): Item[];
  /** An independent stream, named so that adding one elsewhere does not move this one. */
  fork(name: string | number): Random;
}

/** FNV-1a, 32 bits: turns a stream's name into seed material. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/**
 * Generator for a seed: sfc32 (Doty-Humphrey, PractRand), 128 bits of state.
 *
 * @param seed - any number or text; different seeds give unrelated streams
 */
export function randomFrom(seed: number | string): Random {
  const name = String(seed);
  let a = hash(`${name}/a`);
  let b = hash(`${name}/b`);
  let c = hash(`${name}/c`);
  let counter = 1;

  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) bits();

  const next = (): number => bits() / 2 ** 32;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Marsaglia's polar method: two normals from a point inside the unit disc.
    for (;;) {
      const x = 2 * next() - 1;
      const y = 2 * next() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };

  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: (count) => Math.floor(next() * count),
    normal,
    shuffled(items) {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = Math.floor(next() * (last + 1));
        [copy[last], copy[other]] = [copy[other], copy[last]];
      }
      return copy;
    },
    fork: (child) => randomFrom(`${name}/${child}`),
  };
}
