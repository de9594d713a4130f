import type { Random } from "../../core/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { type Bend, bendOf, bendRow } from "./bend.ts";
import { factorOf, occurs } from "./chance.ts";

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
  const turning = random.fork("rotation");
  const moving = random.fork("shift");
  const bending = random.fork("elastic");
  const degrees = occurs(rotation, turning)
    ? turning.between(-rotation.degrees, rotation.degrees)
    : 0;
  const reach = occurs(shift, moving) ? shift.share * size : 0;
  const move: Move = {
    isMirroredX: random.fork("left-right").next() < (mirror?.leftRight ?? 0),
    isMirroredY: random.fork("up-down").next() < (mirror?.upDown ?? 0),
    degrees,
    factor: factorOf(scale, random.fork("scale")),
    shiftX: moving.between(-reach, reach),
    shiftY: moving.between(-reach, reach),
  };
  const bend = occurs(elastic, bending) ? bendOf(elastic, { size, random: bending }) : undefined;
  if (bend === undefined && isStill(move)) return undefined;
  return { map: inverseMap(size, move), bend };
}

/** What moves a whole plane, about its centre. */
interface Move {
  readonly isMirroredX: boolean;
  readonly isMirroredY: boolean;
  readonly degrees: number;
  readonly factor: number;
  /** Pixels. */
  readonly shiftX: number;
  readonly shiftY: number;
}

const isStill = ({ isMirroredX, isMirroredY, degrees, factor, shiftX, shiftY }: Move): boolean =>
  !isMirroredX && !isMirroredY && degrees === 0 && factor === 1 && shiftX === 0 && shiftY === 0;

/** Undoes shift, rotation and scale, then mirrors. */
function inverseMap(size: number, move: Move): Geometry["map"] {
  const angle = (move.degrees * Math.PI) / 180;
  const cos = Math.cos(angle) / move.factor;
  const sin = Math.sin(angle) / move.factor;
  const centre = (size - 1) / 2;
  const [x, y] = [centre + move.shiftX, centre + move.shiftY];
  // centre ± R⁻¹ · (p − centre − shift), minus where mirrored
  const signX = move.isMirroredX ? -1 : 1;
  const signY = move.isMirroredY ? -1 : 1;
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
