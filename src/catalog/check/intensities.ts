import { type Finding, when } from "./finding.ts";
import { countBetween, type GreyLevels } from "./grey-levels.ts";

/** Above this the coldest voxel is too warm for air (−1000 HU), which every whole slice shows. */
const warmestAir = -500;
/** Of all voxels: more than this at one end is a window's edge, not tissue. */
const pile = 0.01;
/** A CT's padding outside its circle is colder than this, and may be much of it. */
const coldestTissue = -900;
/** Metal and extended scales go higher, in few voxels. */
const highestHu = 4000;
/** Scans with fewer voxels have no statistics. */
const fewestVoxels = 4096;
/** A body's voxels; below are air, lung and bowel gas. */
const bodyFrom = -200;

/** Whether grey levels are a CT's, in HU, and an abdomen's. */
export function checkIntensities(levels: GreyLevels): readonly Finding[] {
  const { min, max, atMin, voxels } = levels;
  const range = `${numeral(min)}..${numeral(max)}`;
  if (min === max && voxels > 1) return when(true, "intensities-constant", numeral(min));
  const tooHigh = countBetween(levels, highestHu, Number.POSITIVE_INFINITY) > pile * voxels;
  if (min >= 0 || tooHigh) return when(true, "intensities-not-hu", range);
  if (min > warmestAir) {
    return when(true, atMin >= pile * voxels ? "intensities-cut" : "no-air", range);
  }
  if (voxels < fewestVoxels) return [];
  return [...checkEnds(levels), ...checkTissues(levels)];
}

function checkEnds({ min, max, atMin, atMax, voxels }: GreyLevels): readonly Finding[] {
  const low = min > coldestTissue && atMin > pile * voxels;
  const high = atMax > pile * voxels;
  const parts = [
    ...(low ? [`${percent(atMin / voxels)} of the voxels at ${numeral(min)}`] : []),
    ...(high ? [`${percent(atMax / voxels)} of the voxels at ${numeral(max)}`] : []),
  ];
  return when(low || high, "intensities-clipped", parts.join(" and "));
}

/**
 * A head is skull and brain: much bone, little fat. Measured, bone and fat in percent of the body: a
 * head 13 and 11; abdomens 2 and 50, 4 and 26, 5 and 28; a chest 5 and 18.
 */
function checkTissues(levels: GreyLevels): readonly Finding[] {
  const body = countBetween(levels, bodyFrom, highestHu);
  if (body < fewestVoxels) return [];
  const fat = countBetween(levels, bodyFrom, -20) / body;
  const bone = countBetween(levels, 250, highestHu) / body;
  const detail = `bone ${percent(bone)}, fat ${percent(fat)} of the body`;
  return when(bone > 0.1 && bone > fat, "not-abdomen", detail);
}

export const percent = (share: number): string =>
  `${share * 100 >= 10 ? (share * 100).toFixed(0) : (share * 100).toFixed(1)} %`;

const numeral = (value: number): string => String(Number(value.toPrecision(5)));
