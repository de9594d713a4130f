/** Slices' bytes in slots of one size, shared by all threads. */
export interface SliceMemory {
  /** Slices are size × size. */
  readonly size: number;
  /** Slots follow each other in chunks, since a buffer has a largest length. */
  readonly chunks: readonly SharedArrayBuffer[];
  readonly slotsPerChunk: number;
  /** An Int32 a slot: the ticket of the reading that it holds. */
  readonly tickets: SharedArrayBuffer;
}

/** A slot, and which reading it is to hold. */
export interface SlicePlace {
  readonly slot: number;
  /** From 1; each reading has its own. */
  readonly ticket: number;
}

/** What a slot holds. */
export interface SharedSlice {
  /** Planar [3, size, size], 0–255. */
  readonly channels: Uint8Array;
  /** [size, size], class numbers. */
  readonly classes: Uint8Array;
}

/** Three channels and the classes. */
export const bytesPerSlice = (size: number): number => 4 * size * size;

const mostChunkBytes = 2 ** 29;

/** Empty slots. The machine gives their memory only as they are filled. */
export function openSliceMemory({
  size,
  slots,
}: {
  readonly size: number;
  readonly slots: number;
}): SliceMemory {
  const slotsPerChunk = Math.min(slots, Math.ceil(mostChunkBytes / bytesPerSlice(size)));
  const chunks = Array.from({ length: Math.ceil(slots / slotsPerChunk) }, (_, chunk) => {
    const left = slots - chunk * slotsPerChunk;
    return new SharedArrayBuffer(Math.min(slotsPerChunk, left) * bytesPerSlice(size));
  });
  return { size, chunks, slotsPerChunk, tickets: new SharedArrayBuffer(4 * slots) };
}

/** Views of a slot. */
export function sharedSlice(
  { size, chunks, slotsPerChunk }: SliceMemory,
  slot: number,
): SharedSlice {
  const chunk = chunks[Math.floor(slot / slotsPerChunk)];
  const start = (slot % slotsPerChunk) * bytesPerSlice(size);
  const pixels = size * size;
  return {
    channels: new Uint8Array(chunk, start, 3 * pixels),
    classes: new Uint8Array(chunk, start + 3 * pixels, pixels),
  };
}

/** Tells all threads that a slice has been read into its slot. */
export function announce({ tickets }: SliceMemory, { slot, ticket }: SlicePlace): void {
  const held = new Int32Array(tickets);
  Atomics.store(held, slot, ticket);
  Atomics.notify(held, slot);
}

/** Blocks until a slice has been read into its slot; for ever when that fails. */
export function awaitSlice({ tickets }: SliceMemory, { slot, ticket }: SlicePlace): void {
  const held = new Int32Array(tickets);
  for (;;) {
    const seen = Atomics.load(held, slot);
    if (seen === ticket) return;
    Atomics.wait(held, slot, seen);
  }
}
