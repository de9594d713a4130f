import type { Random } from "../core/index.ts";
import { drawLiver } from "./liver.ts";
import type { Organ } from "./organ.ts";
import { drawTrunk } from "./trunk.ts";
import { drawViscera } from "./viscera.ts";

/**
 * A patient without lesions. The same patient may be scanned again: on another grid, or with other
 * lesions.
 */
export interface Anatomy {
  /** Half the body's width and depth at the skin, mm. */
  readonly skin: readonly [number, number];
  /** Organs behind the liver, in the order of painting. */
  readonly behind: readonly Organ[];
  readonly liver: Organ;
  /** The liver's veins and the gallbladder: part of its neighbourhood, painted over it. */
  readonly before: readonly Organ[];
}

/** A patient: body, bones and organs, each drawn from a stream of its own. */
export function drawAnatomy(random: Random): Anatomy {
  const trunk = drawTrunk(random.fork("trunk"));
  const viscera = drawViscera(trunk, random.fork("viscera"));
  const liver = drawLiver(trunk, {
    neighbours: viscera.againstLiver,
    random: random.fork("liver"),
  });
  return {
    skin: trunk.skin,
    behind: [...trunk.background, ...viscera.organs, ...trunk.skeleton, ...liver.cava],
    liver: liver.organ,
    before: liver.parts,
  };
}
