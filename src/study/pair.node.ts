import { usableCase, writeTable } from "../catalog/index.node.ts";
import { describeWarning, parseWarnings, requireLabels } from "../catalog/index.ts";
import { toHeparError } from "../core/index.ts";
import { readLabels } from "../volume/index.node.ts";
import { spacingIsKnown } from "../volume/index.ts";
import { lesionColumns, lesionRowOf } from "./lesion-row.ts";
import { type Measurement, type MeasureOptions, measureMask } from "./measure.ts";
import { measureFiles } from "./study.node.ts";

/** What measuring says beside its numbers: a finding of the catalogue, with what it means. */
export interface MeasureWarning {
  readonly code: string;
  readonly message: string;
}

export interface PairMeasurement {
  readonly measurement: Measurement;
  readonly warnings: readonly MeasureWarning[];
}

/**
 * A scan and the mask that was drawn on it, from their files, outside any cohort. They are looked at
 * as the catalogue does: a pair that it refuses is refused, and what it warns about is told.
 *
 * @throws `geometry.mismatch`, `geometry.orientation`, `nifti.*`, `labels.value`, `input.*`
 */
export async function measurePair(
  { scan, mask }: { readonly scan: string; readonly mask: string },
  options: Omit<MeasureOptions, "spacingKnown">,
): Promise<PairMeasurement> {
  const row = await usableCase({ case: "measured", scanPath: scan, maskPath: mask });
  const spacingKnown = row.spacing_x_mm !== null;
  const measurement = await measureFiles({ scan, mask }, { ...options, spacingKnown });
  const warnings = parseWarnings(row.warnings).map((warning) => ({
    code: warning.code,
    message: describeWarning(warning),
  }));
  return { measurement, warnings };
}

/**
 * A mask alone: no intensities, and millimetres are the mask's own.
 *
 * @throws `nifti.*`, `labels.value`, `input.*`
 */
export async function measureMaskFile(
  path: string,
  options: Omit<MeasureOptions, "spacingKnown">,
): Promise<PairMeasurement> {
  const mask = await readLabels(path);
  try {
    requireLabels(mask);
  } catch (thrown) {
    throw toHeparError(thrown).inFile(path);
  }
  const spacingKnown = spacingIsKnown(mask);
  return {
    measurement: measureMask(mask, { ...options, spacingKnown }),
    warnings: spacingKnown
      ? []
      : [
          {
            code: "spacing-unknown",
            message: describeWarning({ code: "spacing-unknown", detail: "" }),
          },
        ],
  };
}

/**
 * Writes the lesions as a table, Parquet or CSV by its ending, with the columns of lesions.parquet.
 *
 * @param options.name - what stands in the column `case`
 * @throws `output.full`, `output.unwritable`
 */
export async function writeLesions(
  path: string,
  { measurement, name }: { readonly measurement: Measurement; readonly name: string },
): Promise<void> {
  const rows = measurement.lesions.map((lesion) => lesionRowOf(name, lesion));
  await writeTable(path, lesionColumns, rows);
}
