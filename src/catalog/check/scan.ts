import type { CtVolume, Grid, NiftiHeader } from "../../volume/index.ts";
import type { Finding } from "./finding.ts";
import { type GreyLevels, greyLevelsOf } from "./grey-levels.ts";
import { checkGrid, checkHeader } from "./header.ts";
import { checkIntensities } from "./intensities.ts";
import { checkForLiver } from "./liver.ts";
import { looksLikeLabels } from "./looks-like-labels.ts";
import { type Preview, previewScan } from "./preview.ts";

/** What of a scan its mask is held against; small, so that the voxels need not stay. */
export interface Underlay extends Grid {
  readonly preview?: Preview;
  /** Whether the scan's voxels are labels: its mask may then be the scan. */
  readonly isLabels?: boolean;
}

const noHu: ReadonlySet<string> = new Set(["intensities-not-hu", "intensities-constant"]);

/** A scan's findings, its grey levels, and what its mask is held against. */
export function checkScan(
  scan: CtVolume,
  header?: NiftiHeader,
): { findings: readonly Finding[]; levels: GreyLevels; underlay: Underlay } {
  const levels = greyLevelsOf(scan);
  const { dims, affine, affineFrom } = scan;
  const preview = previewScan(scan);
  const intensities = checkIntensities(levels);
  // What is no HU shows no edges of soft tissue: nothing is said of how a mask lies on it.
  const isHu = !intensities.some(({ code }) => noHu.has(code));
  return {
    levels,
    findings: [
      ...(header === undefined ? checkGrid(scan) : checkHeader(header)),
      ...intensities,
      // What is no CT in HU, or no abdomen, need not be searched for a liver.
      ...(intensities.length === 0 ? checkForLiver(scan, preview) : []),
    ],
    underlay: {
      dims,
      affine,
      affineFrom,
      ...(isHu ? { preview } : {}),
      isLabels: looksLikeLabels(scan.voxels),
    },
  };
}
