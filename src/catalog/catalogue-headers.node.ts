import { type HeparError, toHeparError } from "../core/index.ts";
import { readNiftiHeader } from "../volume/index.node.ts";
import { type NiftiHeader, requireSameShape } from "../volume/index.ts";
import { emptyRow, problemOf } from "./case-row.node.ts";
import type { Finding } from "./check/finding.ts";
import { checkHeader } from "./check/header.ts";
import { comparePlaces } from "./check/pair.ts";
import { isWarning } from "./check/rules.ts";
import type { FoundCase } from "./found-case.ts";
import { gridColumns } from "./grid-columns.ts";
import { requireSameAxes } from "./inspect.ts";
import type { CatalogRow } from "./row.ts";
import { requireTwoFiles } from "./two-files.node.ts";
import { formatWarnings } from "./warnings.ts";

/**
 * The row of one case by its files' headers alone: sizes, spacing, orientation, and whether scan and
 * mask lie on one grid. What only voxels tell is null (HU, labels, tumour), and the hashes are empty,
 * so that scans of equal content are not noticed. Never throws for a bad file, as `catalogueCase`.
 */
export async function catalogueHeaders(found: FoundCase): Promise<CatalogRow> {
  const { scanPath, maskPath } = found;
  const scan = await attempt(() => readNiftiHeader(scanPath));
  const row = emptyRow(found);
  if ("error" in scan) return { ...row, ...problemOf("scan", scanPath, scan.error) };
  const header = scan.value;
  const mask =
    maskPath === null
      ? { value: [] }
      : await attempt(async () => {
          await requireTwoFiles(scanPath, maskPath);
          return findMask(maskPath, header);
        });
  const findings = [...checkHeader(header), ...("error" in mask ? [] : mask.value)];
  return {
    ...row,
    ...gridColumns(header),
    voxel_type: header.type,
    warnings: formatWarnings(findings.filter(({ code }) => isWarning(code))),
    ...("error" in mask ? problemOf("mask", maskPath ?? "", mask.error) : {}),
  };
}

/** What is odd about a mask's place on its scan. Throws as `inspectMask`. */
async function findMask(path: string, scan: NiftiHeader): Promise<readonly Finding[]> {
  const mask = await readNiftiHeader(path);
  requireSameShape(scan, mask);
  const findings = comparePlaces(scan, mask);
  requireSameAxes(findings);
  return findings;
}

const attempt = <Value>(
  read: () => Promise<Value>,
): Promise<{ readonly value: Value } | { readonly error: HeparError }> =>
  read().then(
    (value) => ({ value }),
    (thrown: unknown) => ({ error: toHeparError(thrown) }),
  );
