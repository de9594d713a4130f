import { stat } from "node:fs";
import { HeparError } from "../core/index.ts";
import { emptyRow, problemOf } from "./case-row.node.ts";
import type { FoundCase } from "./found-case.ts";
import type { CatalogRow } from "./row.ts";

/** As reading one says it. */
const missing = new HeparError("input.missing", "there is no such file", {
  hint: "check the path",
});

/**
 * The rows of the cases of which no file is there, by case, as `catalogueCase` gives them; none: an
 * empty map. A table may list a hundred thousand on a disk that is not mounted, and each of them costs
 * a hundredth of what looking at it as at a case that is there would.
 */
export async function catalogueMissing(
  cases: readonly FoundCase[],
): Promise<ReadonlyMap<string, CatalogRow>> {
  const rows = await Promise.all(
    cases.map(async (found): Promise<readonly [string, CatalogRow] | undefined> => {
      const { scanPath, maskPath } = found;
      if (!(await isMissing(scanPath))) return undefined;
      if (maskPath !== null && !(await isMissing(maskPath))) return undefined;
      return [found.case, { ...emptyRow(found), ...problemOf("scan", scanPath, missing) }];
    }),
  );
  return new Map(rows.filter((row) => row !== undefined));
}

/** Without a promise that is refused: the stack of its error takes four times as long as the answer. */
const isMissing = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    stat(path, (error) => resolve(error?.code === "ENOENT"));
  });
