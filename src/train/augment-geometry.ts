import type { Random } from "../core/index.ts";
import { type Bend, bendOf, bendRow } from "./augment-bend.ts";
import { factorOf, occurs } from "./augment-chance.ts";
import type { Augmentation } from "./augmentation.ts";

/** Pixel (x, y) comes from (a·x + b·y + c, d·x + e·y + f), bent. */
export interface Geometry {
  readonly map: readonly [a: number, b: number, c: number, d: number, e: number, f: number];
  readonly bend: Bend | undefined;
}

/** Where each pixel of a changed plane comes from, [size, size]. */
export interface Coordinates {
  readonly size: number;
  /** Position of the upper left of four source pixels … */
  readonly corner: Int32Array;
  /** … and how far, 0 to 1, the place lies from it. */
  readonly right: Float32Array;
  readonly down: Float32Array;
  /** Position of the nearest source pixel; −1 outside. */
  readonly nearest: Int32Array;
}

/** Room for the coordinates of planes of one size. */
export const coordinatesOf = (size: number): Coordinates => ({
  size,
  corner: new Int32Array(size * size),
  right: new Float32Array(size * size),
  down: new Float32Array(size * size),
  nearest: new Int32Array(size * size),
});

/** One geometry of those that the settings allow; undefined when nothing moves. */
export function drawGeometry(
  { mirror, rotation, scale, shift, elastic }: Augmentation,
  { size, random }: { readonly size: number; readonly random: Random },
): Geometry | undefined {
  const chance = (name: string): Random => random.fork(name);
  const flips = {
    x: mirror !== undefined && chance("left-right").next() < mirror.leftRight,
    y: mirror !== undefined && chance("up-down").next() < mirror.upDown,
  };
  const [turning, scaling, moving, bending] = ["rotation", "scale", "shift", "elastic"].map(chance);
  const turns = occurs(rotation, turning);
  const scales = occurs(scale, scaling);
  const moves = occurs(shift, moving);
  const bends = occurs(elastic, bending);
  if (!(flips.x || flips.y || turns || scales || moves || bends)) return undefined;
  const reach = moves ? shift.share * size : 0;
  return {
    map: inverseMap(size, {
      flips,
      degrees: turns ? turning.between(-rotation.degrees, rotation.degrees) : 0,
      factor: scales ? factorOf(scale, scaling) : 1,
      shift: [moving.between(-reach, reach), moving.between(-reach, reach)],
    }),
    bend: bends ? bendOf(elastic, { size, random: bending }) : undefined,
  };
}

/** Undoes shift, rotation and scale about the centre, then mirrors. */
function inverseMap(
  size: number,
  move: {
    readonly flips: { readonly x: boolean; readonly y: boolean };
    readonly degrees: number;
    readonly factor: number;
    readonly shift: readonly [x: number, y: number];
  },
): Geometry["map"] {
  const angle = (move.degrees * Math.PI) / 180;
  const cos = Math.cos(angle) / move.factor;
  const sin = Math.sin(angle) / move.factor;
  const centre = (size - 1) / 2;
  const [x, y] = [centre + move.shift[0], centre + move.shift[1]];
  // centre ± (R⁻¹ · (p − centre − shift)), minus where mirrored
  const signX = move.flips.x ? -1 : 1;
  const signY = move.flips.y ? -1 : 1;
  const [a, b] = [signX * cos, signX * sin];
  const [d, e] = [-signY * sin, signY * cos];
  return [a, b, centre - a * x - b * y, d, e, centre - d * x - e * y];
}

/** Fills the coordinates: one pass for all that moves. */
export function locate({ map, bend }: Geometry, coordinates: Coordinates): Coordinates {
  const [a, b, c, d, e, f] = map;
  const { size, corner, right, down, nearest } = coordinates;
  const last = size - 1;
  const bentX = new Float64Array(size);
  const bentY = new Float64Array(size);
  for (let y = 0, to = 0; y < size; y++) {
    if (bend !== undefined) bendRow(bend, y, { x: bentX, y: bentY });
    const rowU = b * y + c;
    const rowV = e * y + f;
    for (let x = 0; x < size; x++, to++) {
      const u = a * x + rowU + bentX[x];
      const v = d * x + rowV + bentY[x];
      const onX = clamped(u, last);
      const onY = clamped(v, last);
      const left = Math.min(last - 1, onX | 0);
      const top = Math.min(last - 1, onY | 0);
      const at = top * size + left;
      corner[to] = at;
      right[to] = onX - left;
      down[to] = onY - top;
      const isInside = u >= -0.5 && v >= -0.5 && u < last + 0.5 && v < last + 0.5;
      nearest[to] = isInside
        ? at + (onX - left >= 0.5 ? 1 : 0) + (onY - top >= 0.5 ? size : 0)
        : -1;
    }
  }
  return coordinates;
}

/** Between 0 and the last pixel; faster than Math.min and Math.max, which look for −0 and NaN. */
function clamped(place: number, last: number): number {
  if (place < 0) return 0;
  if (place > last) return last;
  return place;
}
