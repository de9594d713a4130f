import type { Random } from "../core/index.ts";
import type { Triple } from "../volume/index.ts";
import type { Organ } from "./organ.ts";
import {
  blended,
  column,
  ellipsoid,
  grown,
  halfSpace,
  lobe,
  outside,
  type Shape,
  tube,
  within,
} from "./shapes.ts";

/** The body around the organs. z = 0 is the height of the liver's middle. */
export interface Trunk {
  /** Half the body's width and depth at the skin, mm. */
  readonly skin: readonly [number, number];
  /** Height of the right diaphragm's top, mm. */
  readonly domeZ: number;
  /** y of the middle of the vertebral bodies. */
  readonly spineY: number;
  /** Inside the muscles of the wall. */
  readonly cavity: Shape;
  /** Below the diaphragm's domes. */
  readonly belowDiaphragm: Shape;
  /** Vertebrae with the muscles beside them: what organs lie in front of. */
  readonly back: Shape;
  /** A place by its part of the cavity: (1, 0) touches the right wall, (0, 1) the front. */
  at(right: number, front: number, z: number): Triple;
  /** Lengths in mm of such parts. */
  size(right: number, front: number, z: number): Triple;
  /** Skin to lungs, behind all organs. */
  readonly background: readonly Organ[];
  /** Spine, its muscles and ribs, in front of what lies in the cavity. */
  readonly skeleton: readonly Organ[];
}

const squareness = 0.8;

/** A body: stout or slim, with its fat, wall, lungs and bones. */
export function drawTrunk(random: Random): Trunk {
  const stoutness = random.next();
  const halfWidth = 148 + 36 * stoutness + random.between(-6, 6);
  const halfDepth = halfWidth * random.between(0.67, 0.75);
  const fat = {
    side: 6 + 20 * stoutness + random.between(-2, 4),
    front: 8 + 24 * stoutness + random.between(-2, 6),
    back: 9 + 14 * stoutness + random.between(-2, 4),
  };
  const flare = random.between(-0.0003, 0.0005);
  const wall = random.between(11, 15);
  const muscle = [halfWidth - fat.side, halfDepth - (fat.front + fat.back) / 2] as const;
  const middleY = (fat.back - fat.front) / 2;
  const inner = [muscle[0] - wall, muscle[1] - wall] as const;
  const layer = (radii: readonly [number, number]): Shape =>
    column([0, middleY], radii, { squareness, flare });
  const spineY = -halfDepth + fat.back + random.between(50, 55);
  const domeZ = random.between(66, 76);
  const frame = {
    at: (right: number, front: number, z: number): Triple => [
      right * inner[0],
      middleY + front * inner[1],
      z,
    ],
    size: (right: number, front: number, z: number): Triple => [
      right * inner[0],
      front * inner[1],
      z,
    ],
  };
  const cavity = layer(inner);
  const belowDiaphragm = drawDiaphragm(frame, { domeZ, lower: random.between(8, 18) });
  const fatHu = random.between(-112, -98);
  const muscleHu = random.between(48, 66);
  const background: Organ[] = [
    ...drawTable(halfDepth),
    {
      name: "fat",
      shape: column([0, 0], [halfWidth, halfDepth], { squareness, flare }),
      hu: fatHu,
      texture: 5,
    },
    { name: "wall", shape: layer(muscle), hu: muscleHu, texture: 7 },
    { name: "visceral fat", shape: cavity, hu: fatHu + 6, texture: 8 },
    ...drawChest({ cavity, belowDiaphragm, frame, spineY, domeZ, muscleHu }, random.fork("chest")),
  ];
  const ring = [(muscle[0] + inner[0]) / 2, (muscle[1] + inner[1]) / 2] as const;
  return {
    skin: [halfWidth, halfDepth],
    domeZ,
    spineY,
    cavity,
    belowDiaphragm,
    back: blended(8, [
      column([0, spineY], [25, 20]),
      column([-30, spineY - 24], [27, 22]),
      column([30, spineY - 24], [27, 22]),
    ]),
    ...frame,
    background,
    skeleton: [
      ...drawBackMuscles(spineY, muscleHu),
      ...drawSpine(spineY, random.fork("spine")),
      ...drawRibs({ ring, middleY, flare }, random.fork("ribs")),
    ],
  };
}

type Frame = Pick<Trunk, "at" | "size">;

/** Two domes, the right one higher, standing on all that is lower. */
function drawDiaphragm(
  frame: Frame,
  { domeZ, lower }: { readonly domeZ: number; readonly lower: number },
): Shape {
  const height = 95;
  const radii = frame.size(0.64, 1.1, height);
  return blended(24, [
    lobe(frame.at(0.46, -0.02, domeZ - height), radii),
    lobe(frame.at(-0.46, -0.02, domeZ - lower - height), radii),
    halfSpace([0, 0, domeZ - height + 8], [0, 0, -1]),
  ]);
}

function drawTable(halfDepth: number): Organ[] {
  const centre = [0, -halfDepth + 380] as const;
  const arc = (radius: number): Shape => column(centre, [radius, radius]);
  const underneath = within([
    halfSpace([0, -halfDepth + 60, 0], [0, -1, 0]),
    halfSpace([-215, 0, 0], [1, 0, 0]),
    halfSpace([215, 0, 0], [-1, 0, 0]),
  ]);
  const shell = (outer: number, inner: number): Shape =>
    within([underneath, arc(outer), outside(arc(inner))]);
  return [
    { name: "table", shape: shell(404, 386), hu: -350 },
    { name: "table's foam", shape: shell(401.5, 388.5), hu: -940 },
  ];
}

interface Chest {
  readonly cavity: Shape;
  readonly belowDiaphragm: Shape;
  readonly frame: Frame;
  readonly spineY: number;
  readonly domeZ: number;
  readonly muscleHu: number;
}

/** Diaphragm, lung bases with vessels, mediastinum and the heart's lower part. */
function drawChest(chest: Chest, random: Random): Organ[] {
  const { cavity, belowDiaphragm, frame, spineY, domeZ, muscleHu } = chest;
  const above = outside(belowDiaphragm);
  const lung = within([grown(cavity, -1.5), outside(grown(belowDiaphragm, 2.5))]);
  const lungHu = random.between(-870, -800);
  const vessels = Array.from({ length: 46 }, (_, n): Organ => {
    const side = n % 2 === 0 ? 1 : -1;
    const from = frame.at(side * 0.25, random.between(-0.5, 0.2), domeZ + 40);
    const to = frame.at(
      side * random.between(0.3, 0.95),
      random.between(-0.9, 0.8),
      domeZ - random.between(0, 70),
    );
    const thickness = { fromRadius: random.between(1.5, 3.5), toRadius: 0.7 };
    return { name: "lung vessel", shape: within([tube(from, to, thickness), lung]), hu: 40 };
  });
  const heart = lobe(
    [-28 + random.between(-6, 6), spineY + 78, domeZ + random.between(22, 32)],
    [62, 46, 44],
    { turnDegrees: -25 },
  );
  const mediastinum = column([0, spineY + 30], [34, 40]);
  return [
    { name: "diaphragm", shape: within([cavity, above]), hu: muscleHu },
    { name: "lung", shape: lung, hu: lungHu, texture: 22 },
    ...vessels,
    { name: "mediastinum", shape: within([mediastinum, cavity, above]), hu: -85, texture: 10 },
    {
      name: "pericardial fat",
      shape: within([grown(heart, 5.5), cavity, above]),
      hu: -92,
      texture: 10,
    },
    { name: "heart", shape: within([heart, cavity, above]), hu: 95, texture: 5 },
    {
      name: "heart's blood",
      shape: within([grown(heart, -11), above]),
      hu: random.between(130, 160),
      texture: 4,
    },
  ];
}

function drawBackMuscles(spineY: number, muscleHu: number): Organ[] {
  return [-1, 1].flatMap((side): Organ[] => [
    {
      name: "erector spinae",
      shape: column([side * 30, spineY - 26], [26, 20]),
      hu: muscleHu,
      texture: 12,
    },
    {
      name: "psoas",
      shape: within([
        tube([side * 24, spineY, -30], [side * 46, spineY + 2, -170], {
          fromRadius: 8,
          toRadius: 24,
        }),
      ]),
      hu: muscleHu + 4,
      texture: 6,
    },
    {
      name: "crus",
      shape: tube([side * 17, spineY + 20, 45], [side * 13, spineY + 22, -60], {
        fromRadius: 4.5,
        toRadius: 5,
      }),
      hu: muscleHu,
    },
  ]);
}

/** Vertebral bodies with discs, the arch with the canal, and the processes. */
function drawSpine(spineY: number, random: Random): Organ[] {
  const period = random.between(31, 36);
  const start = random.between(0, period);
  const cortex = random.between(330, 420);
  const marrow = random.between(150, 210);
  const levels = Array.from({ length: 12 }, (_, n) => -190 + start + n * period);
  const perLevel = levels.flatMap((z): Organ[] => [
    {
      name: "disc",
      shape: ellipsoid([0, spineY, z + period / 2], [24, 18.5, 5.5]),
      hu: 85,
    },
    {
      name: "spinous process",
      shape: ellipsoid([0, spineY - 47, z - 8], [3.8, 14, 11]),
      hu: marrow + 90,
    },
    ...[-1, 1].map(
      (side): Organ => ({
        name: "transverse process",
        shape: tube([side * 12, spineY - 22, z + 2], [side * 36, spineY - 28, z + 4], {
          fromRadius: 5,
          toRadius: 3.5,
        }),
        hu: marrow + 110,
      }),
    ),
  ]);
  return [
    { name: "arch", shape: column([0, spineY - 25], [16, 14]), hu: cortex - 60, texture: 30 },
    { name: "vertebra", shape: column([0, spineY], [22.5, 17]), hu: cortex, texture: 20 },
    { name: "marrow", shape: column([0, spineY], [20, 14.6]), hu: marrow, texture: 26 },
    ...perLevel,
    { name: "canal", shape: column([0, spineY - 25], [10.5, 8.5]), hu: -20 },
    { name: "cord", shape: column([0, spineY - 25], [8, 6.5]), hu: 32 },
  ];
}

interface Ring {
  /** Half axes of the wall's middle line. */
  readonly ring: readonly [number, number];
  readonly middleY: number;
  readonly flare: number;
}

/** Ribs that run down and forward in the wall, the last ones short. */
function drawRibs({ ring, middleY, flare }: Ring, random: Random): Organ[] {
  const spacing = random.between(25, 29);
  const top = random.between(150, 165);
  const along = (side: number, degrees: number, z: number): Triple => {
    const angle = (degrees * Math.PI) / 180;
    const [u, v] = [Math.sin(angle), Math.cos(angle)];
    // On the ring, f = 1: see `column`.
    const f = Math.sqrt(Math.sqrt(1 - squareness * u * u * v * v));
    const scale = (1 + flare * z) / f;
    return [side * ring[0] * scale * u, middleY - ring[1] * scale * v, z];
  };
  const bones: Organ[] = [];
  const marrow: Organ[] = [];
  for (let rib = 0; rib < 9; rib++) {
    const startZ = top - rib * spacing;
    // Angles from the back's middle line: 25° beside the spine, 130° near the front.
    const endDegrees = rib < 5 ? 138 - 4 * rib : rib < 7 ? 112 : 78;
    for (const side of [-1, 1]) {
      const points = Array.from({ length: 10 }, (_, n) => {
        const part = n / 9;
        const drop = 75 * part * (rib < 7 ? 1 : 0.6);
        return along(side, 20 + part * (endDegrees - 20), startZ - drop);
      });
      for (let n = 0; n + 1 < points.length; n++) {
        const bone = (radius: number): Shape =>
          tube(points[n], points[n + 1], { fromRadius: radius, toRadius: radius });
        bones.push({ name: "rib", shape: bone(5), hu: 430 });
        marrow.push({ name: "rib marrow", shape: bone(2.8), hu: 190 });
      }
    }
  }
  return [...bones, ...marrow];
}
