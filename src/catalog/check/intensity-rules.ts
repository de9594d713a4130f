import type { Rules } from "./rule.ts";

const hu = "Hounsfield units: air −1000, water 0";

/** Whether the voxels are those of an abdominal CT. */
export const intensityRules = {
  "intensities-constant": {
    severity: "error",
    stage: "voxels",
    field: "voxels",
    expected: hu,
    means: (value) => `Every voxel holds ${value || "the same value"}: there is no picture in it.`,
    advice: "export the scan again",
  },
  "intensities-not-hu": {
    severity: "warning",
    stage: "voxels",
    field: "voxels",
    expected: hu,
    means: (range) =>
      `The scan holds ${range || "other values than a CT"}: Hounsfield units of a CT go from about −1000 to 3000, so these are something else.${causeOf(range)}`,
    advice:
      "convert the scan from DICOM again, with RescaleSlope and RescaleIntercept, and without a window",
  },
  "intensities-cut": {
    severity: "warning",
    stage: "voxels",
    field: "voxels",
    expected: hu,
    means: (range) =>
      `The scan holds ${range || "a few hundred HU"} only: it was cut to a window (air is −1000 HU), and what lay outside is lost.`,
    advice:
      "windows within the range are right; for others convert the scan again without a window",
  },
  "intensities-clipped": {
    severity: "warning",
    stage: "voxels",
    field: "voxels",
    expected: "hardly any voxel at the very ends of the range",
    means: (detail) =>
      `Many voxels hold exactly the same extreme value${detail && ` (${detail})`}: the scan was clipped there, and mean and percentiles of bright or dark tissue are wrong.`,
    advice: "export the scan again without clipping, if bone or air matter",
  },
  "no-air": {
    severity: "warning",
    stage: "voxels",
    field: "voxels",
    expected: "air around the patient, −1000 HU",
    means: (range) =>
      `No voxel is near air${range && ` (${range})`}: the scan was cropped within the body, or is no CT (an MR, for one).`,
    advice: "make sure that it is a CT in Hounsfield units",
  },
  "not-abdomen": {
    severity: "warning",
    stage: "voxels",
    field: "voxels",
    expected: "more fat than bone, or at most 10 % bone",
    means: (detail) =>
      `The body shows more bone than fat${detail && ` (${detail})`}, as a head does and an abdomen does not.`,
    advice: "look at the scan; leave it out if it is another part of the body",
  },
  "no-liver": {
    severity: "warning",
    stage: "voxels",
    field: "voxels",
    expected: "a solid organ of at least 150 mL between 0 and 200 HU",
    means: (detail) =>
      `The largest solid piece of soft tissue is ${detail || "smaller than any liver"}: the liver is hardly in the field of view.`,
    advice: "look at the scan; leave it out if it does not show the liver",
  },
} as const satisfies Rules;

/** What such a range usually comes from, as one more sentence; empty for no range. */
function causeOf(range: string): string {
  if (range === "") return "";
  const [low, high] = range.split("..").map(Number);
  if (low < 0) return " They are too high for a CT: another kind of scan, or scaled twice.";
  if (high <= 1) return " From 0 to 1 is what a preparation for a network leaves.";
  if (high <= 255 && Number.isInteger(high)) return " Up to 255 is an 8-bit picture.";
  if (high > 1000 && high <= 5200)
    return " From 0 to about 4095 are a CT's stored values, 1024 too high.";
  return " They are no CT's, or its stored values without slope and intercept.";
}
