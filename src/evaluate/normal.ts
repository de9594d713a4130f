/** Share of a standard normal below x: Φ(x). Error below 1e-15 near 0, 1e-12 in the tails. */
export function normalBelow(x: number): number {
  if (Math.abs(x) > 38) return x > 0 ? 1 : 0;
  // Φ(x) = ½ + φ(x) · (x + x³/3 + x⁵/(3·5) + …), Marsaglia 2004, doi:10.18637/jss.v011.i04
  if (Math.abs(x) < 7) {
    let [term, sum] = [x, x];
    for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  }
  const tail = Math.exp((-x * x) / 2) / (Math.abs(x) * Math.sqrt(2 * Math.PI));
  return x > 0 ? 1 - tail : tail;
}

/** x with Φ(x) = share, by bisection: −Infinity for 0, Infinity for 1. */
export function normalAt(share: number): number {
  if (share <= 0) return Number.NEGATIVE_INFINITY;
  if (share >= 1) return Number.POSITIVE_INFINITY;
  let [low, high] = [-38, 38];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
