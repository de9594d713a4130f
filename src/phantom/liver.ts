import type { Random } from "../core/index.ts";
import type { Triple } from "../volume/index.ts";
import type { Organ } from "./organ.ts";
import { blended, grown, lobe, outside, plate, type Shape, tube, wavy, within } from "./shapes.ts";
import type { Trunk } from "./trunk.ts";

/** The liver, and what belongs to it. */
export interface Liver {
  readonly organ: Organ;
  /** Hepatic and portal veins and the gallbladder, painted over it. */
  readonly parts: readonly Organ[];
  /** The inferior vena cava, along the liver's back. */
  readonly cava: readonly Organ[];
}

/** Where the veins enter, mm: at the hilum from below, at the cava from above. */
interface Gates {
  readonly hilum: Triple;
  readonly confluence: Triple;
}

/**
 * A liver on the patient's right, with a lobe across the middle; cut by what lies against it.
 *
 * @param neighbours - organs that press into it from behind and below
 */
export function drawLiver(
  trunk: Trunk,
  { neighbours, random }: { readonly neighbours: readonly Shape[]; readonly random: Random },
): Liver {
  const cava = drawCava(trunk, random.fork("cava"));
  const gallbladder = drawGallbladder(trunk, random.fork("gallbladder"));
  const lobes = drawLobes(trunk, random.fork("lobes"));
  const shape = within([
    lobes,
    grown(trunk.cavity, -2),
    trunk.belowDiaphragm,
    outside(grown(trunk.back, 2)),
    outside(cava),
    outside(grown(gallbladder, 0.5)),
    ...neighbours.map((neighbour) => outside(grown(neighbour, 3))),
    drawFissure(trunk, random.fork("fissure")),
  ]);
  const hu = random.between(90, 118);
  const veins = drawVeins({ trunk, shape, random: random.fork("veins"), liverHu: hu });
  const cavaHu = hu + random.between(22, 45);
  return {
    organ: { name: "liver", shape, hu, texture: random.between(2.5, 5) },
    parts: [...veins, { name: "gallbladder", shape: gallbladder, hu: random.between(4, 18) }],
    // Under the liver's edge the cava goes on, so that no fat shines through between them.
    cava: [cava, within([grown(cava, 2), lobes])].map((vein) => ({
      name: "cava",
      shape: vein,
      hu: cavaHu,
    })),
  };
}

function drawLobes(trunk: Trunk, random: Random): Shape {
  const size = random.between(0.84, 1.04);
  const vary = (amount: number): number => random.between(-amount, amount);
  const { domeZ } = trunk;
  const right = lobe(
    trunk.at(0.5 + vary(0.03), -0.05 + vary(0.05), domeZ - 72 * size),
    trunk.size(0.58 * size, 0.92 * size, 78 * size),
    { turnDegrees: vary(10) },
  );
  const tip = lobe(
    trunk.at(0.62 + vary(0.05), -0.08 + vary(0.12), domeZ - 105 * size),
    trunk.size(0.33 * size, 0.5 * size, random.between(36, 62)),
  );
  // The left lobe reaches across the middle line, in some patients to the spleen.
  const reach = random.between(0.5, 0.78);
  const left = lobe(
    trunk.at(0.3 - reach / 2, 0.46 + vary(0.06), domeZ - random.between(48, 60)),
    trunk.size(0.22 + reach / 2, random.between(0.34, 0.44), random.between(34, 46)),
    { turnDegrees: 8 + vary(10) },
  );
  const caudate = lobe(
    [random.between(8, 16), trunk.spineY + 46, domeZ - 55],
    [17, 15, random.between(22, 32)],
  );
  return wavy(blended(22, [right, tip, left, caudate]), {
    height: random.between(1.5, 3),
    length: random.between(55, 85),
    phase: random.between(0, 6),
  });
}

function drawCava(trunk: Trunk, random: Random): Shape {
  const x = random.between(18, 26);
  const y = trunk.spineY + random.between(27, 31);
  const radius = random.between(9, 12.5);
  return blended(4, [
    tube([x, y, -200], [x + 2, y + 2, 0], { fromRadius: radius - 1, toRadius: radius }),
    tube([x + 2, y + 2, 0], [x - 4, y + 12, trunk.domeZ + 30], {
      fromRadius: radius,
      toRadius: radius + 1.5,
    }),
  ]);
}

function drawGallbladder(trunk: Trunk, random: Random): Shape {
  const size = random.between(0.8, 1.2);
  return lobe(
    trunk.at(random.between(0.3, 0.42), random.between(0.25, 0.4), trunk.domeZ - 112),
    [15 * size, 22 * size, 26 * size],
    { turnDegrees: random.between(-25, 10) },
  );
}

/** All but the fat-filled cleft of the round ligament, between the left lobe's two parts. */
function drawFissure(trunk: Trunk, random: Random): Shape {
  return outside(
    plate(
      trunk.at(random.between(0.04, 0.14), 0.62, trunk.domeZ - 82),
      [random.between(1.8, 3), 22, 24],
      { turnDegrees: random.between(-20, 5) },
    ),
  );
}

interface VeinOptions {
  readonly trunk: Trunk;
  readonly shape: Shape;
  readonly random: Random;
  readonly liverHu: number;
}

function drawVeins({ trunk, shape, random, liverHu }: VeinOptions): Organ[] {
  const { domeZ, spineY } = trunk;
  const gates: Gates = {
    hilum: trunk.at(0.26, 0.2, domeZ - 72),
    confluence: [19, spineY + 40, domeZ - 18],
  };
  const inside = grown(shape, -2.5);
  const hu = liverHu + random.between(48, 68);
  const clipped = (name: string, vein: Shape): Organ => ({
    name,
    shape: within([vein, inside]),
    hu,
  });
  const hepatic = [
    trunk.at(0.85, 0.0, domeZ - 60),
    trunk.at(0.55, 0.6, domeZ - 70),
    trunk.at(-0.1, 0.62, domeZ - 50),
  ].flatMap((towards, n) =>
    branches({ from: gates.confluence, towards, radius: 5.2, random: random.fork(`hepatic ${n}`) }),
  );
  const portal = [
    trunk.at(0.72, 0.45, domeZ - 62),
    trunk.at(0.78, -0.4, domeZ - 84),
    trunk.at(0.0, 0.55, domeZ - 60),
  ].flatMap((towards, n) =>
    branches({ from: gates.hilum, towards, radius: 5.6, random: random.fork(`portal ${n}`) }),
  );
  const stem = tube([-2, spineY + 44, domeZ - 125], gates.hilum, {
    fromRadius: 6.5,
    toRadius: 6.2,
  });
  return [
    { name: "portal vein", shape: stem, hu },
    ...portal.map((vein) => clipped("portal vein", vein)),
    ...hepatic.map((vein) => clipped("hepatic vein", vein)),
  ];
}

interface Branch {
  readonly from: Triple;
  readonly towards: Triple;
  readonly radius: number;
  readonly random: Random;
}

/** A vein that forks three times, each branch thinner, shorter and off to a side. */
function branches({ from, towards, radius, random }: Branch): Shape[] {
  const stem = tube(from, towards, { fromRadius: radius, toRadius: radius * 0.72 });
  if (radius < 2.2) return [stem];
  const way: Triple = [towards[0] - from[0], towards[1] - from[1], towards[2] - from[2]];
  const length = Math.hypot(...way);
  const forks = [0.55, 1].flatMap((part) => {
    const start: Triple = [
      from[0] + part * way[0],
      from[1] + part * way[1],
      from[2] + part * way[2],
    ];
    return Array.from({ length: part === 1 ? 2 : 1 }, () => ({
      from: start,
      towards: [0, 1, 2].map(
        (axis) => start[axis] + 0.42 * way[axis] + 0.42 * length * random.between(-1, 1),
      ) as unknown as Triple,
      radius: radius * 0.66,
      random,
    }));
  });
  return [stem, ...forks.flatMap(branches)];
}
