import type { Rules } from "./rule.ts";

const labels = "0 background, 1 liver, 2 tumour";

/** What a mask marks, and whether it fits its scan. */
export const labelRules = {
  "labels.value": {
    severity: "error",
    stage: "voxels",
    field: "labels",
    expected: `whole numbers: ${labels}`,
    means: () =>
      "Labels are whole numbers; values between them come from interpolation, from a picture format with losses, or from a scan that was taken for a mask.",
    advice: "make the mask again, resampled with nearest neighbour",
  },
  "labels-unexpected": {
    severity: "warning",
    stage: "voxels",
    field: "labels",
    expected: labels,
    means: (counts) =>
      `The mask holds labels other than 0, 1 and 2${counts && ` (label:voxels ${counts})`}: they are kept, but count as neither liver nor tumour.`,
    advice:
      "map those that mean liver to 1 and tumour to 2; other tools number differently (TotalSegmentator's liver is 5)",
  },
  "labels-grey": {
    severity: "error",
    stage: "voxels",
    field: "labels",
    expected: "at most 256 labels that run on from voxel to voxel",
    means: (detail) =>
      `The mask holds grey values rather than labels${detail && ` (${detail})`}: more of them than labels have, or hardly two neighbours alike. They come from a scan taken for a mask, a picture format with losses (JPEG), or an interpolation.`,
    advice: "make the mask again as labels: PNG or NIfTI, resampled with nearest neighbour",
  },
  "mask-empty": {
    severity: "note",
    stage: "voxels",
    field: "labels",
    expected: "liver (1)",
    means: () => "The mask marks neither liver nor tumour.",
    advice: "fine where there is no liver in the scan; else the drawing was lost",
    inCatalogue: true,
  },
  "mask-full": {
    severity: "warning",
    stage: "voxels",
    field: "labels",
    expected: "background (0) around the liver",
    means: (detail) =>
      `Every voxel is marked${detail && ` (label:voxels ${detail})`}: the mask has no background, so that it marks air and bone as well.`,
    advice: "draw or export the mask again; it may have been inverted or filled",
  },
  "tumour-without-liver": {
    severity: "warning",
    stage: "voxels",
    field: "labels",
    expected: "liver (1) around the tumour (2)",
    means: () => "The mask marks tumour (2) but no liver (1).",
    advice: "add the liver; without it a tumour's share of the liver cannot be told",
  },
  "tumour-outside-liver": {
    severity: "warning",
    stage: "voxels",
    field: "labels",
    expected: "every tumour touches the liver",
    means: (detail) =>
      `Tumour lies where it touches no liver${detail && ` (${detail})`}: it counts as tumour and as part of the liver all the same.`,
    advice: "look at it: a stray brush stroke, or a metastasis of another organ, which is no 2",
  },
  "liver-in-pieces": {
    severity: "warning",
    stage: "voxels",
    field: "labels",
    expected: "one liver",
    means: (detail) =>
      `The liver comes in more than one large piece${detail && ` (${detail})`}: two livers, a gap of slices, or another organ marked as liver.`,
    advice: "look at the pieces; a liver after surgery may truly be in two",
  },
  "liver-specks": {
    severity: "warning",
    stage: "voxels",
    field: "labels",
    expected: "fewer than 20 small pieces beside the liver",
    means: (detail) =>
      `Many small pieces lie apart from the liver${detail && ` (${detail})`}: a threshold or a network without post-processing left them.`,
    advice: "remove the pieces that are not liver; each counts to its volume",
  },
  swapped: {
    severity: "error",
    stage: "pair",
    field: "voxels",
    expected: "grey values in the scan, labels in the mask",
    means: () => "Scan and mask are exchanged: the scan holds labels and the mask grey values.",
    advice: "exchange the two files, or their names",
  },
  "mask-turned": {
    severity: "warning",
    stage: "pair",
    field: "voxels",
    expected: "the mask's outline on edges of the scan",
    means: (detail) =>
      `The mask does not fit the scan as it is; it would fit better ${detail || "mirrored or turned"}: its outline then follows the edges that the scan shows.`,
    advice:
      "look at both laid on each other: write the mask anew in the scan's own order, or find the mask that belongs to this scan",
  },
} as const satisfies Rules;
