import type { Rules } from "./rule.ts";

/** Where the voxels are in the patient. */
export const geometryRules = {
  "spacing-unknown": {
    severity: "warning",
    stage: "header",
    field: "pixdim[1..3]",
    expected: "the voxels' size, and a position in the patient",
    means: () =>
      "The file does not know its voxel spacing (1 × 1 × 1 and no position): no millimetres or millilitres are given.",
    advice: "convert the scan from DICOM again; until then use voxel counts and percentages only",
  },
  "orientation-unknown": {
    severity: "warning",
    stage: "header",
    field: "sform_code",
    expected: "sform_code or qform_code above 0",
    means: () =>
      "The header says nothing about left and right, front and back, head and feet: the usual order is assumed.",
    advice: "convert the scan from DICOM again, or compare it with a copy whose sides are known",
  },
  "single-slice": {
    severity: "warning",
    stage: "header",
    field: "dim",
    expected: "at least 2 slices",
    means: () => "The scan is one slice thick.",
    advice: "give the whole series; volumes and 3D lengths need it",
  },
  "forms-disagree": {
    severity: "warning",
    stage: "header",
    field: "qform",
    expected: "sform and qform within half a voxel of each other",
    means: (detail) =>
      `The header's two positions, sform and qform, are ${detail || "more than half a voxel"} apart: hepar goes by the sform, other programs may go by the qform and show another place or side.`,
    advice: "find out which of the two is right and write it into both",
  },
  "pixdim-disagrees": {
    severity: "warning",
    stage: "header",
    field: "pixdim[1..3]",
    expected: "the spacing of the sform, within 1 %",
    means: (detail) =>
      `The voxel size in pixdim is not the sform's${detail && ` (${detail})`}: hepar goes by the sform, other programs measure with pixdim and get other millimetres.`,
    advice:
      "find out which of the two is right (DICOM's PixelSpacing tells) and write it into both",
  },
  "axes-sheared": {
    severity: "warning",
    stage: "header",
    field: "sform",
    expected: "axes at right angles, within 0.1°",
    means: (detail) =>
      `The voxel axes are ${detail || "some degrees"} off a right angle, as after an uncorrected gantry tilt: ITK and 3D Slicer refuse such a file or straighten it wrongly.`,
    advice: "convert the series again with a converter that corrects the tilt, such as dcm2niix",
  },
  "spacing-implausible": {
    severity: "warning",
    stage: "header",
    field: "pixdim[1..3]",
    expected: "voxels 0.1 to 15 mm wide",
    means: (detail) =>
      `The voxels are ${detail || "smaller or larger than any CT's"}: millimetres and millilitres from them are not to be trusted.`,
    advice: "compare with the series' PixelSpacing and SliceThickness in DICOM",
  },
  "field-of-view-implausible": {
    severity: "warning",
    stage: "header",
    field: "dim",
    expected: "at most 1,000 mm across and 2,200 mm long, and at least 60 mm across",
    means: (detail) =>
      `The scan spans ${detail || "a length that no CT of a body has"}: its spacing is wrong, or it is a small part of a scan.`,
    advice:
      "compare with the series' PixelSpacing in DICOM; a part that was cut out on purpose is fine",
  },
  "units-not-mm": {
    severity: "warning",
    stage: "header",
    field: "xyzt_units",
    expected: "millimetres (2)",
    means: (detail) =>
      `The header gives lengths in another unit than millimetres${detail && `, ${detail}`}: hepar converts them, many programs do not.`,
    advice: "write the header again in millimetres",
  },
  oblique: {
    severity: "note",
    stage: "header",
    field: "sform",
    expected: "axes along the patient's",
    means: (detail) =>
      `The axes are turned ${detail || "some degrees"} out of the patient's: sizes are right all the same, slices are not quite axial.`,
    advice: "nothing to do",
  },
  "left-handed": {
    severity: "note",
    stage: "header",
    field: "sform",
    expected: "right-handed axes, such as RAS or LPS",
    means: (detail) =>
      `The voxel axes are left-handed${detail && ` (${detail})`}, the usual order of many converters: programs that ignore the affine show left and right exchanged.`,
    advice: "nothing to do in hepar, which goes by the affine",
  },
  "geometry.mismatch": {
    severity: "error",
    stage: "pair",
    field: "dim",
    expected: "the scan's shape",
    means: () =>
      "Scan and mask do not have the same shape, so that one cannot be laid on the other.",
    advice: "pair the scan with the mask that was drawn on it",
  },
  "geometry.orientation": {
    severity: "error",
    stage: "pair",
    field: "sform",
    expected: "the scan's axes",
    means: () =>
      "The axes of scan and mask run in other directions: laid on each other voxel by voxel, the mask would mark the mirrored side of the patient.",
    advice: "save the mask again on the scan's own grid, with the scan's header",
  },
  "affine-mismatch": {
    severity: "warning",
    stage: "pair",
    field: "sform",
    expected: "the scan's place, within half of its smallest voxel edge",
    means: (detail) =>
      `The headers place the mask ${detail || "more than half a voxel"} beside the scan: it is laid on the scan voxel by voxel.`,
    advice: "look at both laid on each other; if they fit, write the scan's header into the mask",
  },
  "geometry-one-sided": {
    severity: "warning",
    stage: "pair",
    field: "sform_code",
    expected: "a position in both headers",
    means: (which) =>
      `The ${which || "scan's or the mask's"} header gives no position, the other does: they are laid on each other voxel by voxel.`,
    advice: "look at both laid on each other; if they fit, copy the header of the one that knows",
  },
} as const satisfies Rules;
