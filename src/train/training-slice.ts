/** A slice at the network's size, as it is kept in memory, with its neighbours. */
export interface TrainingSlice {
  /** Each planar [3, size, size], 0–255: from the lowest neighbour to the highest. */
  readonly slices: readonly Uint8Array[];
  /** [size, size], class numbers of the slice itself. */
  readonly classes: Uint8Array;
}
