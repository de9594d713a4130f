/** A point of a plane. */
export type Point = readonly [x: number, y: number];

/**
 * The corners of the points' convex hull, counterclockwise, from the leftmost; points on an edge are
 * no corners. One point or none: as given.
 *
 * Exact for whole and half numbers below 2²⁵, such as voxel indices: no rounding decides what lies on
 * an edge.
 *
 * @see Andrew 1979, doi:10.1016/0020-0190(79)90072-3 (monotone chain)
 */
export function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const lower = chain(sorted);
  if (lower.length < 2) return lower;
  const upper = chain(sorted.reverse());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

/** The corners on one side, from the first point to the last. */
function chain(sorted: readonly Point[]): Point[] {
  const corners: Point[] = [];
  for (const point of sorted) {
    const last = corners.at(-1);
    if (last?.[0] === point[0] && last[1] === point[1]) continue;
    while (corners.length > 1 && !turnsLeft(corners, point)) corners.pop();
    corners.push(point);
  }
  return corners;
}

function turnsLeft(corners: readonly Point[], [x, y]: Point): boolean {
  const [ax, ay] = corners[corners.length - 2];
  const [bx, by] = corners[corners.length - 1];
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0;
}

/** A straight line between two points. */
export type Chord = readonly [from: Point, to: Point];

export const chordLength = ([[ax, ay], [bx, by]]: Chord): number => Math.hypot(bx - ax, by - ay);

/** What counts as equally long: rounding of millimetres, far below what anybody measures. */
const tie = 1e-9;

/**
 * The longest lines between two corners: one, or several where they are equally long. A single
 * corner gives the line from it to itself.
 *
 * @param hull - corners of a convex polygon, at least one
 */
export function longestChords(hull: readonly Point[]): readonly Chord[] {
  let longest = 0;
  let chords: Chord[] = [[hull[0], hull[0]]];
  for (let a = 0; a < hull.length; a++) {
    for (let b = a + 1; b < hull.length; b++) {
      const length = Math.hypot(hull[b][0] - hull[a][0], hull[b][1] - hull[a][1]);
      if (length <= longest * (1 - tie)) continue;
      const chord: Chord = [hull[a], hull[b]];
      if (length > longest * (1 + tie)) chords = [chord];
      else chords.push(chord);
      longest = Math.max(longest, length);
    }
  }
  return chords;
}

/**
 * The longest line across a convex polygon at 90° to a chord; where many are equally long, the one in
 * their middle.
 *
 * @param hull - the polygon's corners, in order
 * @param chord - of a length above 0
 */
export function longestPerpendicular(hull: readonly Point[], chord: Chord): Chord {
  const [[ax, ay], [bx, by]] = chord;
  const length = chordLength(chord);
  const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
  // In the chord's own axes: t along it, s across it.
  const turned = hull.map(
    ([x, y]): Point => [(x - ax) * ux + (y - ay) * uy, (y - ay) * ux - (x - ax) * uy],
  );
  // The width at t is concave and straight between corners, so that it is greatest at a corner.
  const widths = turned.map(([t]) => {
    const [low, high] = spanAt(turned, t);
    return { t, width: high - low };
  });
  const widest = Math.max(...widths.map(({ width }) => width));
  const places = widths.filter(({ width }) => width >= widest - tie * length).map(({ t }) => t);
  const t = (Math.min(...places) + Math.max(...places)) / 2;
  const back = (s: number): Point => [ax + t * ux - s * uy, ay + t * uy + s * ux];
  const [low, high] = spanAt(turned, t);
  return [back(low), back(high)];
}

/** Lowest and highest s of a convex polygon at t. */
function spanAt(corners: readonly Point[], t: number): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (let n = 0; n < corners.length; n++) {
    const [ta, sa] = corners[n];
    const [tb, sb] = corners[(n + 1) % corners.length];
    if ((t < ta && t < tb) || (t > ta && t > tb)) continue;
    const ends = ta === tb ? [sa, sb] : [sa + ((sb - sa) * (t - ta)) / (tb - ta)];
    low = Math.min(low, ...ends);
    high = Math.max(high, ...ends);
  }
  return [low, high];
}
