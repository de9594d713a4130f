import type { CatalogRow } from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import { readLabels } from "../volume/index.node.ts";
import { type LabelVolume, requireSameShape } from "../volume/index.ts";
import { countOverlaps, dice, type Overlap, type Score } from "./overlap.ts";
import type { CaseScoreRow } from "./row.ts";

/**
 * A case's scores. A case without a prediction is a row too, with Dice 0 for liver and tumour alike:
 * also for a tumour that the reference lacks, since nobody said that there is none.
 *
 * @throws `cohort.no-masks` when the case has no mask; `geometry.mismatch` when the prediction has
 *   another shape; what `readLabels` throws
 */
export async function scoreCase(
  row: Pick<CatalogRow, "case" | "mask_source">,
  { predictionPath }: { readonly predictionPath: string },
): Promise<CaseScoreRow> {
  if (row.mask_source === null) {
    throw new HeparError("cohort.no-masks", `${row.case} has no mask to compare with`);
  }
  const reference = await readLabels(row.mask_source);
  const prediction = await readIfThere(predictionPath);
  if (prediction !== undefined) requireSameShape(reference, prediction);
  const found = prediction?.voxels ?? new Uint8Array(reference.voxels.length);
  const { liver, tumour } = countOverlaps(reference.voxels, found);
  const isMissing = prediction === undefined;
  const diceOf = (overlap: Overlap): number | null => (isMissing ? 0 : numberOf(dice(overlap)));
  return {
    case: row.case,
    status: isMissing ? "missing" : "scored",
    liver_dice: diceOf(liver),
    ...counts("liver", liver),
    tumour_dice: diceOf(tumour),
    ...counts("tumour", tumour),
  };
}

async function readIfThere(path: string): Promise<LabelVolume | undefined> {
  try {
    return await readLabels(path);
  } catch (thrown) {
    if (thrown instanceof HeparError && thrown.code === "input.missing") return undefined;
    throw thrown;
  }
}

const numberOf = (score: Score): number | null => (score.defined ? score.value : null);

type Counts<Name extends string> = Record<`${Name}_${keyof Overlap}_voxels`, number>;

const counts = <Name extends string>(name: Name, overlap: Overlap): Counts<Name> =>
  Object.fromEntries(
    Object.entries(overlap).map(([key, value]) => [`${name}_${key}_voxels`, value]),
  ) as Counts<Name>;
