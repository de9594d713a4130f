import type { Shape } from "./shapes.ts";

/** Something to paint: a shape and what it looks like in CT. Later ones cover earlier ones. */
export interface Organ {
  readonly name: string;
  readonly shape: Shape;
  readonly hu: number;
  /** Standard deviation, in HU, of slow variation within the organ. */
  readonly texture?: number;
  /** Half the width of its soft border, in mm; default: that of the scan. */
  readonly softness?: number;
}
