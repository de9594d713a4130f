import { realpath } from "node:fs/promises";
import { HeparError } from "../core/index.ts";

/**
 * Refuses a scan that is named as its own mask, by whatever path or link.
 *
 * @throws `input.ambiguous`; nothing where one of the two is not there
 */
export async function requireTwoFiles(scanPath: string, maskPath: string): Promise<void> {
  const [scan, mask] = await Promise.all(
    [scanPath, maskPath].map((path) => realpath(path).catch(() => undefined)),
  );
  if (scan === undefined || scan !== mask) return;
  throw new HeparError(
    "input.ambiguous",
    "scan and mask are one file: expected two, the CT and the labels drawn on it",
    { hint: "name the mask's own file; leave it out where the scan has none" },
  );
}
