import type { Random } from "../core/index.ts";
import type { Triple } from "../volume/index.ts";
import type { Organ } from "./organ.ts";
import {
  blended,
  ellipsoid,
  grown,
  halfSpace,
  lobe,
  outside,
  type Shape,
  tube,
  within,
} from "./shapes.ts";
import type { Trunk } from "./trunk.ts";

/** The organs beside the liver. */
export interface Viscera {
  /** Painted before the liver, which lies in front of them. */
  readonly organs: readonly Organ[];
  /** What presses into the liver. */
  readonly againstLiver: readonly Shape[];
}

/** Bowel, pancreas, stomach, spleen, kidneys and aorta. */
export function drawViscera(trunk: Trunk, random: Random): Viscera {
  // How much contrast medium reached this patient's organs.
  const enhancement = random.between(0.88, 1.12);
  const kidneys = [1, -1].map((side) =>
    drawKidney(trunk, { side, random: random.fork(`kidney ${side}`) }),
  );
  const stomach = drawStomach(trunk, random.fork("stomach"));
  const spleen = drawSpleen(trunk, {
    stomach: stomach.shape,
    kidney: kidneys[1].shape,
    random: random.fork("spleen"),
  });
  const organs = [
    ...drawBowel(trunk, random.fork("bowel")),
    ...drawColon(trunk, random.fork("colon")),
    ...drawPancreas(trunk, random.fork("pancreas")),
    ...stomach.organs,
    spleen,
    ...kidneys.flatMap((kidney) => kidney.organs),
    ...drawAorta(trunk, random.fork("aorta")),
  ];
  const gases = new Set(["gas", "stomach fluid", "stool", "bowel content", "renal fat"]);
  return {
    organs: organs.map((organ) =>
      gases.has(organ.name) ? organ : { ...organ, hu: organ.hu * enhancement },
    ),
    againstLiver: [kidneys[0].shape],
  };
}

interface Part {
  readonly shape: Shape;
  readonly organs: readonly Organ[];
}

function drawKidney(
  trunk: Trunk,
  { side, random }: { readonly side: number; readonly random: Random },
): Part {
  const size = random.between(0.9, 1.1);
  // The liver holds the right kidney lower.
  const z = trunk.domeZ - (side > 0 ? random.between(118, 132) : random.between(100, 116));
  const centre: Triple = [side * random.between(60, 66), trunk.spineY + random.between(4, 10), z];
  const [x, y] = centre;
  const shape = lobe(centre, [29 * size, 25 * size, 52 * size], { turnDegrees: side * 30 });
  const hilum: Triple = [x - side * 16, y + 8, z];
  const pyramids = Array.from({ length: 8 }, (_, n): Organ => {
    const angle = (n * Math.PI) / 4;
    const place: Triple = [
      x + side * 5,
      y + 9 * Math.cos(angle) - 2,
      z + 30 * size * Math.sin(angle),
    ];
    return { name: "renal medulla", shape: ellipsoid(place, [7.5, 6.5, 8]), hu: 142 };
  });
  return {
    shape,
    organs: [
      { name: "renal fat", shape: grown(shape, 6), hu: -100, texture: 5 },
      { name: "kidney", shape, hu: random.between(178, 198), texture: 5 },
      ...pyramids,
      {
        name: "renal fat",
        shape: ellipsoid(hilum, [13, 10, 20 * size], { turnDegrees: side * 30 }),
        hu: -70,
        texture: 15,
      },
      {
        name: "renal vein",
        shape: tube([x - side * 8, y + 6, z], [side * 8, trunk.spineY + 28, z + 8], {
          fromRadius: 3.5,
          toRadius: 4.5,
        }),
        hu: 160,
      },
    ],
  };
}

function drawStomach(trunk: Trunk, random: Random): Part {
  const { domeZ } = trunk;
  const fullness = random.between(0.8, 1.1);
  const [rx, ry] = trunk.size(0.34 * fullness, 0.42 * fullness, 0);
  const fundus = trunk.at(-0.5, -0.02, domeZ - 50);
  const antrum = trunk.at(0.02, 0.42, domeZ - 112);
  const shape = within([
    blended(20, [
      lobe(fundus, [rx, ry, 36]),
      lobe(trunk.at(-0.42, 0.3, domeZ - 78), [rx * 0.85, ry * 0.8, 36]),
      tube(trunk.at(-0.3, 0.4, domeZ - 100), antrum, {
        fromRadius: 20 * fullness,
        toRadius: 13,
      }),
    ]),
    grown(trunk.cavity, -3),
    grown(trunk.belowDiaphragm, -2),
  ]);
  const lumen = grown(shape, -random.between(3, 4.5));
  // Lying on the back, gas gathers in front.
  const level = trunk.at(0, random.between(0.22, 0.5), 0);
  const gas = within([lumen, halfSpace(level, [0, 1, 0])]);
  return {
    shape,
    organs: [
      { name: "stomach", shape, hu: random.between(72, 92), texture: 6 },
      {
        name: "stomach fluid",
        shape: lumen,
        hu: random.next() < 0.75 ? random.between(8, 40) : random.between(110, 220),
        texture: 8,
      },
      { name: "gas", shape: gas, hu: -970 },
    ],
  };
}

interface Beside {
  readonly stomach: Shape;
  readonly kidney: Shape;
  readonly random: Random;
}

function drawSpleen(trunk: Trunk, { stomach, kidney, random }: Beside): Organ {
  const size = random.between(0.85, 1.15);
  const [rx, ry] = trunk.size(0.34 * size, 0.5 * size, 0);
  const shape = within([
    lobe(trunk.at(-0.74, -0.42, trunk.domeZ - random.between(58, 70)), [rx, ry, 48 * size], {
      turnDegrees: -25,
    }),
    grown(trunk.cavity, -2),
    trunk.belowDiaphragm,
    outside(grown(stomach, 4)),
    outside(grown(kidney, 5)),
    outside(grown(trunk.back, 5)),
  ]);
  return { name: "spleen", shape, hu: random.between(108, 130), texture: 3 };
}

function drawAorta(trunk: Trunk, random: Random): Organ[] {
  const x = -random.between(8, 14);
  const y = trunk.spineY + random.between(28, 31);
  const radius = random.between(9.5, 12.5);
  const hu = random.between(140, 170);
  const z = trunk.domeZ - random.between(95, 105);
  const aorta = tube([x, y, -220], [x, y - 4, 220], {
    fromRadius: radius - 1,
    toRadius: radius + 2,
  });
  const branch = tube([x, y, z], [x + 4, y + 30, z - 14], { fromRadius: 4, toRadius: 3 });
  return [
    { name: "mesenteric artery", shape: branch, hu },
    { name: "aorta", shape: aorta, hu },
  ];
}

function drawPancreas(trunk: Trunk, random: Random): Organ[] {
  const z = trunk.domeZ - 108;
  const points: Triple[] = [
    [38, trunk.spineY + 42, z - 16],
    [14, trunk.spineY + 58, z - 4],
    [-24, trunk.spineY + 56, z + 6],
    trunk.at(-0.56, -0.15, z + 22),
  ];
  const radii = [15, 11, 11, 9].map((radius) => radius * random.between(0.85, 1.1));
  const [first, ...rest] = links(points, radii);
  const hu = random.between(82, 104);
  const vein = links(
    [[4, trunk.spineY + 46, z - 2], [-26, trunk.spineY + 46, z + 4], trunk.at(-0.6, -0.24, z + 22)],
    [5, 4.5, 4],
  );
  return [
    { name: "pancreas", shape: blended(6, [first, ...rest]), hu, texture: 12 },
    ...vein.map((shape) => ({ name: "splenic vein", shape, hu: 165 })),
  ];
}

/** A chain of tubes through points. */
function links(points: readonly Triple[], radii: readonly number[]): Shape[] {
  return points
    .slice(1)
    .map((to, n) => tube(points[n], to, { fromRadius: radii[n], toRadius: radii[n + 1] }));
}

function drawColon(trunk: Trunk, random: Random): Organ[] {
  const { domeZ } = trunk;
  const vary = (): number => random.between(-0.05, 0.05);
  const path: Triple[] = [
    trunk.at(0.72, -0.2, domeZ - 230),
    trunk.at(0.74 + vary(), 0.1, domeZ - 165),
    trunk.at(0.55, 0.5 + vary(), domeZ - 150),
    trunk.at(0.1, 0.72 + vary(), domeZ - 150 + random.between(-8, 12)),
    trunk.at(-0.45, 0.66 + vary(), domeZ - 130),
    trunk.at(-0.78, 0.18 + vary(), domeZ - 92),
    trunk.at(-0.8, -0.25, domeZ - 118),
    trunk.at(-0.8, -0.28, domeZ - 230),
  ];
  const radii = path.map(() => random.between(14, 21));
  const stool = random.between(-20, 60);
  return links(path, radii).flatMap((piece): Organ[] => {
    const shape = within([piece, grown(trunk.cavity, -1)]);
    const lumen = grown(shape, -2.8);
    const [low, high] = [piece.box.low[1], piece.box.high[1]];
    const level: Triple = [0, low + (high - low) * random.between(0.45, 0.95), 0];
    return [
      { name: "colon", shape, hu: 70 },
      { name: "stool", shape: lumen, hu: stool, texture: 45 },
      { name: "gas", shape: within([lumen, halfSpace(level, [0, 1, 0])]), hu: -960 },
    ];
  });
}

/** Loops of small bowel: walls as bright as the liver, around darker content. */
function drawBowel(trunk: Trunk, random: Random): Organ[] {
  return Array.from({ length: 52 }, (): Organ[] => {
    const centre = trunk.at(
      random.between(-0.75, 0.7),
      random.between(-0.15, 0.72),
      trunk.domeZ - random.between(95, 205),
    );
    const radii: Triple = [random.between(12, 26), random.between(10, 17), random.between(10, 20)];
    const turnDegrees = random.between(-60, 60);
    const shape = within([ellipsoid(centre, radii, { turnDegrees }), grown(trunk.cavity, -2)]);
    return [
      { name: "bowel", shape, hu: random.between(82, 118) },
      {
        name: "bowel content",
        shape: grown(shape, -random.between(2.5, 4)),
        hu: random.next() < 0.3 ? random.between(85, 110) : random.between(15, 70),
        texture: 10,
      },
    ];
  }).flat();
}
