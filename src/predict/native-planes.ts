import { HeparError } from "../core/index.ts";
import { resizeLogits } from "../slices/index.ts";
import type { Plane } from "./patch-planes.ts";

/**
 * Planes of one grid as those of another over the same box: the numbers, not labels, one plane after
 * the other, so that two planes are held and never the volume.
 *
 * @param planes - [classes, a, b] from the first on
 * @param options.order - 1: linear between voxel centres, edges repeated, as
 *   torch.nn.functional.interpolate without align_corners; 0: the nearest voxel's
 * @yields [classes, toA, toB] of plane 0 … to.count − 1
 */
export async function* nativePlanes(
  planes: AsyncIterator<Plane>,
  options: {
    readonly from: PlaneGrid;
    readonly to: PlaneGrid;
    readonly order: 0 | 1;
  },
): AsyncGenerator<Plane, void, undefined> {
  const { from, to, order } = options;
  const held = new TwoPlanes(planes, options);
  for (let n = 0; n < to.count; n++) {
    const centre = ((n + 0.5) * from.count) / to.count;
    const place = order === 0 ? Math.floor(centre) : Math.max(centre - 0.5, 0);
    yield await held.at(Math.min(place, from.count - 1));
  }
  await planes.return?.();
}

/** Planes across an axis: how many, and their size. */
export interface PlaneGrid {
  readonly count: number;
  /** The slower axis in the plane. */
  readonly height: number;
  readonly width: number;
}

function inPlane(
  plane: Plane,
  { from, to, order }: { readonly from: PlaneGrid; readonly to: PlaneGrid; readonly order: 0 | 1 },
): Plane {
  // A copy: the plane's memory is used again.
  if (from.width === to.width && from.height === to.height) return plane.slice();
  const { width, height } = from;
  if (order === 1) {
    return resizeLogits(plane, { width, height, toWidth: to.width, toHeight: to.height });
  }
  const classes = plane.length / (width * height);
  const nearest = new Float32Array(classes * to.width * to.height);
  let at = 0;
  for (let c = 0; c < classes; c++) {
    for (let j = 0; j < to.height; j++) {
      const row = (c * height + Math.floor(((j + 0.5) * height) / to.height)) * width;
      for (let i = 0; i < to.width; i++) {
        nearest[at++] = plane[row + Math.floor(((i + 0.5) * width) / to.width)];
      }
    }
  }
  return nearest;
}

function between(below: Plane, above: Plane, share: number): Plane {
  const made = new Float32Array(below.length);
  for (let i = 0; i < made.length; i++) made[i] = below[i] + share * (above[i] - below[i]);
  return made;
}

/** The planes on both sides of a place that moves up. */
class TwoPlanes {
  readonly #planes: AsyncIterator<Plane>;
  readonly #grids: Parameters<typeof inPlane>[1];
  #below: Plane = new Float32Array(0);
  #above: Plane = new Float32Array(0);
  /** Which plane is the upper one. */
  #reached = -1;

  constructor(planes: AsyncIterator<Plane>, grids: Parameters<typeof inPlane>[1]) {
    this.#planes = planes;
    this.#grids = grids;
  }

  /** @param place - between 0 and the last plane, never below an earlier one */
  async at(place: number): Promise<Plane> {
    const upper = Math.ceil(place);
    while (this.#reached < upper) {
      const { value, done } = await this.#planes.next();
      if (done === true) throw new HeparError("defect", `there is no plane ${this.#reached + 1}`);
      this.#below = this.#above;
      this.#above = inPlane(value, this.#grids);
      this.#reached++;
    }
    const share = place - (upper - 1);
    return share === 1 ? this.#above : between(this.#below, this.#above, share);
  }
}
