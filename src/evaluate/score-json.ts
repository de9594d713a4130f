import type { PatientCase } from "./full-summary.ts";
import type { FullCaseRow } from "./row.ts";

/** A case as `hepar score --json` tells it. */
export function caseJson({ row, lesions }: PatientCase): Readonly<Record<string, unknown>> {
  return {
    case: row.case,
    status: row.status,
    liver: structureJson(row, "liver"),
    tumour: structureJson(row, "tumour"),
    burdenPercent: {
      reference: row.reference_burden_percent,
      predicted: row.predicted_burden_percent,
    },
    panoptic: { pq: row.lesion_pq, sq: row.lesion_sq, rq: row.lesion_rq },
    lesions: lesions.map((lesion) => ({
      side: lesion.side,
      id: lesion.lesion,
      volumeMl: lesion.volume_ml,
      longestAxialDiameterMm: lesion.longest_axial_diameter_mm,
      overlaps: lesion.overlaps,
      match: lesion.match,
      iou: lesion.iou,
    })),
  };
}

const structureJson = (row: FullCaseRow, name: "liver" | "tumour") => ({
  dice: row[`${name}_dice`],
  iou: row[`${name}_iou`],
  voe: row[`${name}_voe`],
  rvd: row[`${name}_rvd`],
  assdMm: row[`${name}_assd_mm`],
  msdMm: row[`${name}_msd_mm`],
  rmsdMm: row[`${name}_rmsd_mm`],
  hd95Mm: row[`${name}_hd95_mm`],
  nsd: row[`${name}_nsd`],
  distances: row[`${name}_distances`],
  referenceVoxels: row[`${name}_reference_voxels`],
  predictedVoxels: row[`${name}_predicted_voxels`],
  commonVoxels: row[`${name}_common_voxels`],
});
