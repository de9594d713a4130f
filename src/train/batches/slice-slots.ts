import type { SlicePlace } from "./slice-memory.ts";

/** Where a slice is, and whether it has yet to be read into that slot. */
export interface HeldPlace extends SlicePlace {
  readonly isNew: boolean;
}

/**
 * Which slot holds which slice. When all are taken, the slice that was used longest ago makes room,
 * but never one that is being used.
 */
export class SliceSlots {
  /** By slice; the one used longest ago first. */
  readonly #places = new Map<number, SlicePlace>();
  /** How many use each slot now. */
  readonly #holds: Uint32Array;
  #readings = 0;

  constructor(slots: number) {
    this.#holds = new Uint32Array(slots);
  }

  /** A slice's slot, kept for it until it is released as often as it was held. */
  hold(slice: number): HeldPlace {
    const known = this.#places.get(slice);
    const place = known ?? { slot: this.#room(), ticket: ++this.#readings };
    this.#places.delete(slice);
    this.#places.set(slice, place);
    this.#holds[place.slot]++;
    return { ...place, isNew: known === undefined };
  }

  release({ slot }: SlicePlace): void {
    this.#holds[slot]--;
  }

  #room(): number {
    if (this.#places.size < this.#holds.length) return this.#places.size;
    for (const [slice, { slot }] of this.#places) {
      if (this.#holds[slot] > 0) continue;
      this.#places.delete(slice);
      return slot;
    }
    throw new RangeError(`all ${this.#holds.length} slots are being used`);
  }
}
