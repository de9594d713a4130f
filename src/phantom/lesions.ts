import type { Random } from "../core/index.ts";
import type { Triple } from "../volume/index.ts";
import type { LabelledOrgan } from "./render.ts";
import { ellipsoid, grown, type Shape } from "./shapes.ts";

/** A tumour as data: an ellipsoid along the patient's axes. */
export interface Lesion {
  /** RAS mm. */
  readonly centreMm: Triple;
  /** Half its width (right–left), depth (front–back) and height (feet–head), mm. */
  readonly semiAxesMm: Triple;
  /** HU above the liver; negative in the usual, darker tumour. */
  readonly contrastHu: number;
  /** A dead middle: its part of the radius, and its HU above the liver. */
  readonly core?: { readonly part: number; readonly contrastHu: number };
  /** Half the width of its soft border in mm; default: sharp as the scan. */
  readonly softnessMm?: number;
}

/** Volume in mL of the ellipsoid, whatever the grid: 4/3 · π · a · b · c. */
export const ellipsoidMl = ({ semiAxesMm: [a, b, c] }: Lesion): number =>
  ((4 / 3) * Math.PI * a * b * c) / 1000;

/** Tumours are at least so far apart that they never touch, even on 5 mm slices. */
const apartMm = 8;

const smallestMm = 6;
const largestMm = 60;

/** How many tumours a patient has: mostly few, sometimes many; never none. */
export function drawLesionCount(random: Random): number {
  const chance = random.next();
  return 1 + Math.floor(9 * chance * chance * chance + 2.2 * random.next());
}

/**
 * Tumours that lie wholly in the liver and apart from each other, largest first. Fewer than asked
 * when there is no room left.
 */
export function drawLesions(
  liver: Shape,
  { count, random }: { readonly count: number; readonly random: Random },
): readonly Lesion[] {
  const diameters = Array.from({ length: count }, () => drawDiameter(random)).sort((a, b) => b - a);
  const placed: Lesion[] = [];
  for (const diameter of diameters) {
    const lesion = placed.length < count ? place(liver, { diameter, placed, random }) : undefined;
    if (lesion !== undefined) placed.push(lesion);
  }
  return placed;
}

/** Even in the logarithm, so that small ones are the most. */
const drawDiameter = (random: Random): number =>
  smallestMm * (largestMm / smallestMm) ** random.next();

interface Placing {
  readonly diameter: number;
  readonly placed: readonly Lesion[];
  readonly random: Random;
}

/** Tries places at chance; a tumour that finds none is made smaller. */
function place(liver: Shape, { diameter, placed, random }: Placing): Lesion | undefined {
  const { low, high } = liver.box;
  for (let size = diameter; size >= smallestMm; size *= 0.85) {
    for (let attempt = 0; attempt < 60; attempt++) {
      const centreMm: Triple = [
        random.between(low[0], high[0]),
        random.between(low[1], high[1]),
        random.between(low[2], high[2]),
      ];
      const semiAxesMm: Triple = [
        (size / 2) * random.between(0.86, 1.14),
        (size / 2) * random.between(0.86, 1.14),
        (size / 2) * random.between(0.9, 1.14),
      ];
      if (
        liesInside({ centreMm, semiAxesMm }, liver) &&
        liesApart({ centreMm, semiAxesMm }, placed)
      ) {
        return { centreMm, semiAxesMm, ...drawLook(size, random) };
      }
    }
  }
  return undefined;
}

type Extent = Pick<Lesion, "centreMm" | "semiAxesMm">;

/** Unit vectors to the faces and corners of a cube, and the centre. */
const directions: readonly Triple[] = [-1, 0, 1].flatMap((x) =>
  [-1, 0, 1].flatMap((y) =>
    [-1, 0, 1].map((z): Triple => {
      const length = Math.hypot(x, y, z) || 1;
      return [x / length, y / length, z / length];
    }),
  ),
);

const liesInside = ({ centreMm, semiAxesMm }: Extent, liver: Shape): boolean =>
  [1.08, 0.6].every((part) =>
    directions.every(
      (direction) =>
        liver.distance(
          centreMm[0] + part * semiAxesMm[0] * direction[0],
          centreMm[1] + part * semiAxesMm[1] * direction[1],
          centreMm[2] + part * semiAxesMm[2] * direction[2],
        ) < -0.5,
    ),
  );

const liesApart = (lesion: Extent, others: readonly Extent[]): boolean =>
  others.every(
    (other) =>
      Math.hypot(
        lesion.centreMm[0] - other.centreMm[0],
        lesion.centreMm[1] - other.centreMm[1],
        lesion.centreMm[2] - other.centreMm[2],
      ) >
      Math.max(...lesion.semiAxesMm) + Math.max(...other.semiAxesMm) + apartMm,
  );

/** Mostly dark; some faint, some bright, and large ones often with a dead middle. */
function drawLook(size: number, random: Random): Omit<Lesion, "centreMm" | "semiAxesMm"> {
  const chance = random.next();
  const softnessMm = Math.min(size / 8, random.between(0.8, 3));
  if (chance < 0.12) return { contrastHu: random.between(25, 45), softnessMm };
  if (chance < 0.27) return { contrastHu: -random.between(14, 20), softnessMm };
  const contrastHu = -random.between(24, 55);
  if (size < 22 || random.next() < 0.45) return { contrastHu, softnessMm };
  const core = {
    part: random.between(0.45, 0.65),
    contrastHu: contrastHu - random.between(15, 28),
  };
  return { contrastHu, softnessMm, core };
}

/** What a tumour looks like: its body, and over it the dead middle if it has one. */
export function lesionOrgans(lesion: Lesion, liverHu: number): LabelledOrgan[] {
  const shape = ellipsoid(lesion.centreMm, lesion.semiAxesMm);
  const softness = lesion.softnessMm === undefined ? {} : { softness: lesion.softnessMm };
  const body: LabelledOrgan = {
    name: "tumour",
    shape,
    hu: liverHu + lesion.contrastHu,
    texture: 4,
    label: 2,
    ...softness,
  };
  if (lesion.core === undefined) return [body];
  const depth = (1 - lesion.core.part) * Math.min(...lesion.semiAxesMm);
  return [
    body,
    {
      name: "necrosis",
      shape: grown(shape, -depth),
      hu: liverHu + lesion.core.contrastHu,
      texture: 5,
      softness: 3,
    },
  ];
}
