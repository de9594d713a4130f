import { join } from "node:path";
import { HeparError } from "../core/index.ts";
import type { SliceRow } from "../slices/index.ts";
import type { CohortRun } from "./run.node.ts";
import { removeStamp, type StepName } from "./stamp.node.ts";

/**
 * Makes the work that left a damaged file count as not done, so that the same command, given again,
 * makes the file again; then throws what was thrown, with that advice. A stamp alone cannot know: it
 * says what a file was made from, not what has become of it.
 *
 * @param made.caseOf - the case whose work left a file; undefined for files of other origin
 */
export async function throwDamage(
  run: CohortRun,
  thrown: unknown,
  made: StepName & { readonly caseOf: (file: string) => string | undefined },
): Promise<never> {
  const file = thrown instanceof HeparError ? thrown.file : undefined;
  const name = file === undefined ? undefined : made.caseOf(file);
  if (!(thrown instanceof HeparError) || file === undefined || name === undefined) throw thrown;
  await removeStamp(run, { ...made, case: name });
  throw new HeparError(thrown.code, thrown.message, {
    file,
    hint: `give the same command again: ${made.step} makes ${name} anew`,
    cause: thrown,
  });
}

/** The case that a slice's image or mask belongs to. */
export function caseOfSlice(folder: string, slices: readonly SliceRow[]) {
  return (file: string): string | undefined =>
    slices.find(({ image, mask }) =>
      [image, mask].some((path) => path !== null && join(folder, path) === file),
    )?.case;
}
