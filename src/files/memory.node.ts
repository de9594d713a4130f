import { totalmem } from "node:os";

/** Bytes of memory of the machine, or of the container that we run in. */
export const memory = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/** Bytes of it that this process can still take. */
export const freeMemory = (): number => Math.min(memory(), process.availableMemory());
