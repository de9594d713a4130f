import type { Triple } from "../volume/index.ts";

/** A box that holds a shape, in RAS mm; ±Infinity where the shape does not end. */
export interface Box {
  readonly low: Triple;
  readonly high: Triple;
}

/** A solid in the patient, in RAS mm. */
export interface Shape {
  readonly box: Box;
  /** About the distance in mm to the surface; negative inside, and exactly 0 on the surface. */
  distance(x: number, y: number, z: number): number;
  /** From any point, the surface is at least |distance| · slack away: what a renderer may skip. */
  readonly slack: number;
}

const everywhere: Box = {
  low: [-Infinity, -Infinity, -Infinity],
  high: [Infinity, Infinity, Infinity],
};

/** An ellipsoid along the patient's axes, optionally turned about the head–foot axis. */
export function ellipsoid(
  centre: Triple,
  radii: Triple,
  options: { readonly turnDegrees?: number } = {},
): Shape {
  const [cx, cy, cz] = centre;
  const [a, b, c] = radii;
  const turn = ((options.turnDegrees ?? 0) * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const reachX = Math.hypot(a * cos, b * sin);
  const reachY = Math.hypot(a * sin, b * cos);
  return {
    box: {
      low: [cx - reachX, cy - reachY, cz - c],
      high: [cx + reachX, cy + reachY, cz + c],
    },
    slack: Math.min(a, b, c) / Math.max(a, b, c),
    distance(x, y, z) {
      const dx = x - cx;
      const dy = y - cy;
      const u = (dx * cos + dy * sin) / a;
      const v = (dy * cos - dx * sin) / b;
      const w = (z - cz) / c;
      // d ≈ f · (f − 1) / |∇(f²)/2| with f = |p / r|: first order exact at the surface.
      const f = Math.sqrt(u * u + v * v + w * w);
      const g = Math.sqrt((u * u) / (a * a) + (v * v) / (b * b) + (w * w) / (c * c));
      return g === 0 ? -Math.min(a, b, c) : (f * (f - 1)) / g;
    },
  };
}

/**
 * An ellipsoid for large organs: its distance is never too long, right where it is thinnest and
 * up to thickest ÷ thinnest too short elsewhere. A renderer may trust it fully, so it is quick.
 */
export function lobe(
  centre: Triple,
  radii: Triple,
  options: { readonly turnDegrees?: number } = {},
): Shape {
  const [cx, cy, cz] = centre;
  const [a, b, c] = radii;
  const thinnest = Math.min(a, b, c);
  const turn = ((options.turnDegrees ?? 0) * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return {
    box: ellipsoid(centre, radii, options).box,
    slack: 1,
    distance(x, y, z) {
      const dx = x - cx;
      const dy = y - cy;
      const u = (dx * cos + dy * sin) / a;
      const v = (dy * cos - dx * sin) / b;
      const w = (z - cz) / c;
      // |∇|p / r|| ≤ 1 / thinnest.
      return (Math.sqrt(u * u + v * v + w * w) - 1) * thinnest;
    },
  };
}

/** A ball swept along a line, its radius changing evenly from one end to the other. */
export function tube(
  from: Triple,
  to: Triple,
  { fromRadius, toRadius }: { readonly fromRadius: number; readonly toRadius: number },
): Shape {
  const [ax, ay, az] = from;
  const [dx, dy, dz] = [to[0] - ax, to[1] - ay, to[2] - az];
  const square = dx * dx + dy * dy + dz * dz;
  const widening = toRadius - fromRadius;
  const low = (axis: 0 | 1 | 2): number => Math.min(from[axis] - fromRadius, to[axis] - toRadius);
  const high = (axis: 0 | 1 | 2): number => Math.max(from[axis] + fromRadius, to[axis] + toRadius);
  return {
    box: { low: [low(0), low(1), low(2)], high: [high(0), high(1), high(2)] },
    slack: 1 / (1 + Math.abs(widening) / Math.sqrt(square)),
    distance(x, y, z) {
      const px = x - ax;
      const py = y - ay;
      const pz = z - az;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / square));
      const qx = px - along * dx;
      const qy = py - along * dy;
      const qz = pz - along * dz;
      return Math.sqrt(qx * qx + qy * qy + qz * qz) - (fromRadius + along * widening);
    },
  };
}

/** A flat box with round edges, such as a cleft; half its sizes in mm, the rounding included. */
export function plate(
  centre: Triple,
  halfSizes: Triple,
  options: { readonly turnDegrees?: number } = {},
): Shape {
  const [cx, cy, cz] = centre;
  const round = Math.min(...halfSizes);
  const [a, b, c] = halfSizes.map((half) => half - round);
  const turn = ((options.turnDegrees ?? 0) * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return {
    // A circle around the turned rectangle holds it.
    box: column([cx, cy], [Math.hypot(a, b) + round, Math.hypot(a, b) + round], {
      bottom: cz - halfSizes[2],
      top: cz + halfSizes[2],
    }).box,
    slack: 1,
    distance(x, y, z) {
      const dx = x - cx;
      const dy = y - cy;
      const u = Math.max(Math.abs(dx * cos + dy * sin) - a, 0);
      const v = Math.max(Math.abs(dy * cos - dx * sin) - b, 0);
      const w = Math.max(Math.abs(z - cz) - c, 0);
      return Math.sqrt(u * u + v * v + w * w) - round;
    },
  };
}

export interface ColumnOptions {
  /** 0 is an ellipse, 2 nearly a box with round corners. */
  readonly squareness?: number;
  readonly bottom?: number;
  readonly top?: number;
  /** Widening per mm upwards, as a fraction: 0.0005 is 5 % wider 100 mm higher. */
  readonly flare?: number;
}

/** An upright column with an elliptic or squarer section, as tall as the patient unless cut. */
export function column(
  [cx, cy]: readonly [number, number],
  [a, b]: readonly [number, number],
  options: ColumnOptions = {},
): Shape {
  const { squareness = 0, bottom = -Infinity, top = Infinity, flare = 0 } = options;
  const small = Math.min(a, b);
  // Widest within the half metre that any scan of ours spans.
  const widest = 1 + Math.abs(flare) * 250;
  return {
    box: {
      low: [cx - a * widest, cy - b * widest, bottom],
      high: [cx + a * widest, cy + b * widest, top],
    },
    slack: 0.93,
    distance(x, y, z) {
      const scale = 1 + flare * z;
      const px = (x - cx) / (a * scale);
      const py = (y - cy) / (b * scale);
      const u = px * px;
      const v = py * py;
      // f⁴ = u² + v² + (2 − s) · u · v with u, v the squares: an ellipse (u + v)² at s = 0.
      const f = Math.sqrt(Math.sqrt(u * u + v * v + (2 - squareness) * u * v));
      // As in `lobe`: never too long.
      const radial = (f - 1) * small * scale;
      return Math.max(radial, bottom - z, z - top);
    },
  };
}

/** All that lies further along the direction than the point: `[0, 1, 0]` keeps the front. */
export function halfSpace(point: Triple, direction: Triple): Shape {
  const length = Math.hypot(...direction);
  const [nx, ny, nz] = [direction[0] / length, direction[1] / length, direction[2] / length];
  const normal = [nx, ny, nz];
  const offset = nx * point[0] + ny * point[1] + nz * point[2];
  return {
    box: mapBox((axis, side) => {
      const open = side === "low" ? -Infinity : Infinity;
      return normal[axis] === (side === "low" ? 1 : -1) ? point[axis] : open;
    }),
    slack: 1,
    distance: (x, y, z) => offset - nx * x - ny * y - nz * z,
  };
}

/** The shapes as one body, with fillets of about `blend` mm where they meet. */
export function blended(blend: number, shapes: readonly [Shape, ...Shape[]]): Shape {
  const [first, ...rest] = shapes;
  const margin = (blend / 4) * rest.length;
  return {
    box: mapBox((axis, side) =>
      side === "low"
        ? Math.min(...shapes.map(({ box }) => box.low[axis])) - margin
        : Math.max(...shapes.map(({ box }) => box.high[axis])) + margin,
    ),
    // The smooth minimum's gradient is a mean of its parts' gradients.
    slack: Math.min(...shapes.map(({ slack }) => slack)),
    distance(x, y, z) {
      let d = first.distance(x, y, z);
      for (const shape of rest) {
        const other = shape.distance(x, y, z);
        // Quadratic smooth minimum (Quilez).
        const h = Math.max(blend - Math.abs(d - other), 0);
        d = Math.min(d, other) - (h * h) / (4 * blend);
      }
      return d;
    },
  };
}

/** Beyond this many mm outside, one shape's answer settles an intersection. */
const settledMm = 16;

/** What lies in every shape. Put the cheapest and smallest first: it mostly settles the answer. */
export function within(shapes: readonly [Shape, ...Shape[]]): Shape {
  return {
    box: mapBox((axis, side) =>
      side === "low"
        ? Math.max(...shapes.map(({ box }) => box.low[axis]))
        : Math.min(...shapes.map(({ box }) => box.high[axis])),
    ),
    slack: Math.min(...shapes.map(({ slack }) => slack)),
    distance(x, y, z) {
      let largest = -Infinity;
      for (const shape of shapes) {
        const d = shape.distance(x, y, z);
        if (d > largest) largest = d;
        if (largest > settledMm) break;
      }
      return largest;
    },
  };
}

/** All that lies outside a shape. */
export const outside = (shape: Shape): Shape => ({
  box: everywhere,
  slack: shape.slack,
  distance: (x, y, z) => -shape.distance(x, y, z),
});

/** The shape grown by so many mm, or shrunk when negative. */
export const grown = (shape: Shape, by: number): Shape => ({
  box: mapBox((axis, side) =>
    side === "low" ? shape.box.low[axis] - by : shape.box.high[axis] + by,
  ),
  slack: shape.slack,
  distance: (x, y, z) => shape.distance(x, y, z) - by,
});

/** The shape with a wavy surface, so that no organ is a perfect ellipsoid. */
export function wavy(
  shape: Shape,
  {
    height,
    length,
    phase,
  }: { readonly height: number; readonly length: number; readonly phase: number },
): Shape {
  const k = (2 * Math.PI) / length;
  return {
    box: grown(shape, height).box,
    // The waves' slope adds to the distance's own: |∇| ≤ 1 + √3 · k · height.
    slack: shape.slack / (1 + Math.sqrt(3) * k * height),
    distance(x, y, z) {
      const d = shape.distance(x, y, z);
      if (Math.abs(d) > 8 * height) return d < 0 ? d + height : d - height;
      const wave =
        Math.sin(k * x + phase) * Math.sin(k * y + 2 * phase) * Math.sin(k * z + 3 * phase);
      return d + height * wave;
    },
  };
}

function mapBox(edge: (axis: 0 | 1 | 2, side: "low" | "high") => number): Box {
  return {
    low: [edge(0, "low"), edge(1, "low"), edge(2, "low")],
    high: [edge(0, "high"), edge(1, "high"), edge(2, "high")],
  };
}
