import type { Coordinates } from "./geometry.ts";

/** A plane of bytes as greys: each byte's is looked up, bilinear where the plane is moved. */
export function greysAt(
  bytes: Uint8Array,
  {
    table,
    coordinates,
    into,
  }: {
    /** The grey of each byte. */
    readonly table: Float32Array;
    /** Undefined where nothing moves. */
    readonly coordinates: Coordinates | undefined;
    readonly into: Float32Array;
  },
): void {
  if (coordinates === undefined) {
    for (let to = 0; to < into.length; to++) into[to] = table[bytes[to]];
    return;
  }
  const { size, corner, right, down } = coordinates;
  for (let to = 0; to < into.length; to++) {
    const at = corner[to];
    const share = right[to];
    const upperLeft = table[bytes[at]];
    const lowerLeft = table[bytes[at + size]];
    const upper = upperLeft + (table[bytes[at + 1]] - upperLeft) * share;
    const lower = lowerLeft + (table[bytes[at + size + 1]] - lowerLeft) * share;
    into[to] = upper + (lower - upper) * down[to];
  }
}

/** Nearest neighbour: labels never mix. Outside is background. */
export function classesAt(
  classes: Uint8Array,
  {
    coordinates,
    into,
  }: { readonly coordinates: Coordinates | undefined; readonly into: Uint8Array },
): void {
  if (coordinates === undefined) {
    into.set(classes);
    return;
  }
  const { nearest } = coordinates;
  for (let to = 0; to < into.length; to++) into[to] = nearest[to] < 0 ? 0 : classes[nearest[to]];
}
