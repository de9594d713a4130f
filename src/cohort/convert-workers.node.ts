import { type PartWorkers, partBytes } from "../slices/index.node.ts";
import type { CasePool } from "./case-pool.node.ts";

/**
 * The parts of cases on a pool's threads. One part more than there are threads waits, so that none is
 * idle.
 */
export const convertOn = (pool: CasePool): PartWorkers => ({
  atOnce: pool.threads < 2 ? 1 : pool.threads + 1,
  convert: (part) => pool.run("slices", part, { bytes: partBytes(part) }),
});
