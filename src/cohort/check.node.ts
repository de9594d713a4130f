import { stat } from "node:fs/promises";
import { type CheckOptions, checkCase, checkFiles } from "../catalog/index.node.ts";
import type { CheckReport } from "../catalog/index.ts";
import { memoryToRead, worthThreads } from "./case-memory.node.ts";
import { openCasePool } from "./case-pool.node.ts";

/**
 * The integrity report of files and folders, as `checkFiles` gives it, made on all processors: each
 * case is looked at on a thread, as many at once as half of the free memory holds (a case takes what
 * the larger of its scan and mask takes, and 4 bytes a voxel). The report's order does not depend on it.
 *
 * @throws as `checkFiles`
 */
export async function checkOnThreads(
  paths: readonly string[],
  options: Omit<CheckOptions, "workers">,
): Promise<CheckReport> {
  const pool = openCasePool();
  try {
    return await checkFiles(paths, {
      ...options,
      workers: async (cases) => {
        const sizes = await Promise.all(cases.flat().map(({ path }) => sizeOf(path)));
        const bytes = sizes.reduce((sum, size) => sum + size, 0);
        if (cases.length < 2 || bytes < worthThreads) return { atOnce: 1, check: checkCase };
        return {
          atOnce: 2 * pool.threads, // some wait, their headers read, for a thread
          check: async (files) => {
            const bytes = await memoryToRead(files.map(({ path }) => path));
            return pool.run("check", files, { bytes });
          },
        };
      },
    });
  } finally {
    await pool.close();
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
