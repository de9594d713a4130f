import { type HeparError, toHeparError } from "../core/index.ts";
import { sha256OfBytes } from "../files/index.node.ts";
import { readCt, readLabels } from "../volume/index.node.ts";
import { emptyRow, problemOf } from "./case-row.node.ts";
import type { Underlay } from "./check/scan.ts";
import type { FoundCase } from "./found-case.ts";
import { inspectMask, inspectScan } from "./inspect.ts";
import { parseLabelCounts } from "./label-counts.ts";
import { sha256OfLabels } from "./labels-hash.node.ts";
import type { CatalogRow } from "./row.ts";
import { sha256OfScan } from "./scan-files.node.ts";
import { tumourShares } from "./tumour-shares.ts";
import { requireTwoFiles } from "./two-files.node.ts";
import { formatWarnings } from "./warnings.ts";

/**
 * The row of one case: its scan and mask are read whole, so that a row without a problem is a case
 * that can be used. Never throws for a bad file: `problem` then names the file and the reason, and
 * `problem_code` its error code. With a broken mask the scan's columns are filled all the same, but
 * the case is not usable: going on as if there were no mask would hide that one was lost.
 */
export async function catalogueCase(found: FoundCase): Promise<CatalogRow> {
  return (await lookAt(found)).row;
}

/**
 * The row of one case, as `catalogueCase` makes it, when it can be used.
 *
 * @throws what keeps it from being used, with the file at fault and what to do: `nifti.*`,
 *   `geometry.*`, `labels.value`, `input.*`
 */
export async function usableCase(found: FoundCase): Promise<CatalogRow> {
  const { row, error } = await lookAt(found);
  if (error !== undefined) throw error;
  return row;
}

async function lookAt(found: FoundCase): Promise<{ row: CatalogRow; error?: HeparError }> {
  const { scanPath, maskPath } = found;
  const scan = await attempt(scanPath, readScan);
  const mask =
    maskPath === null
      ? undefined
      : await attempt(maskPath, async (path) => {
          // Without its scan a mask cannot be judged.
          if (scan.value === undefined) return undefined;
          await requireTwoFiles(scanPath, path);
          return readMask(path, scan.value.underlay);
        });
  const warnings = [scan, mask].flatMap((part) => part?.value?.warnings ?? []);
  const row = {
    ...emptyRow(found),
    ...scan.value?.columns,
    ...mask?.value?.columns,
    warnings: formatWarnings(warnings),
    sha256: `${scan.sha256} ${mask?.sha256 ?? ""}`.trimEnd(),
  };
  if (scan.error) return refused(row, { kind: "scan", path: scanPath, error: scan.error });
  if (mask?.error) return refused(row, { kind: "mask", path: maskPath ?? "", error: mask.error });
  return { row };
}

const refused = (
  row: CatalogRow,
  {
    kind,
    path,
    error,
  }: { readonly kind: "scan" | "mask"; readonly path: string; readonly error: HeparError },
): { row: CatalogRow; error: HeparError } => ({
  row: { ...row, ...problemOf(kind, path, error) },
  error: error.inFile(path),
});

async function readScan(path: string) {
  const { scan, header } = await readCt(path);
  // The underlay alone goes on, so that the voxels are freed before the mask is read.
  const { columns, warnings, underlay } = inspectScan(scan, header);
  const voxels_sha256 = sha256OfBytes(JSON.stringify(scan.dims), scan.voxels);
  return { columns: { ...columns, voxel_type: header.type, voxels_sha256 }, warnings, underlay };
}

async function readMask(path: string, scan: Underlay) {
  const mask = await readLabels(path);
  const { columns, warnings } = inspectMask(mask, scan);
  const shares = tumourShares(parseLabelCounts(columns.labels));
  return { columns: { ...columns, ...shares, mask_voxels_sha256: sha256OfLabels(mask) }, warnings };
}

/** What reading a file gave, or why it could not be read; "" for the hash of one that is gone. */
interface Attempt<Value> {
  readonly value?: Value | undefined;
  readonly error?: HeparError;
  readonly sha256: string;
}

async function attempt<Value>(
  path: string,
  read: (path: string) => Promise<Value>,
): Promise<Attempt<Value>> {
  const outcome = await read(path).then(
    (value) => ({ value }),
    (thrown: unknown) => ({ error: toHeparError(thrown) }),
  );
  // After the reading: the system then still holds the file in memory.
  const sha256 = await sha256OfScan(path).catch(() => "");
  return { ...outcome, sha256 };
}
