import type { Rule, Rules } from "./rule.ts";

/** A file that cannot be used at all; the finding's detail is what the reader said. */
const refusal = (
  field: string,
  {
    stage = "header",
    expected,
    means,
    advice,
  }: Pick<Rule, "expected" | "advice"> & Partial<Pick<Rule, "stage">> & { readonly means: string },
): Rule => ({ severity: "error", stage, field, expected, means: () => means, advice });

const again = "copy the file again, or export the scan again";

/** Files that cannot be read, and files that do not belong together. */
export const fileRules = {
  "input.missing": refusal("file", {
    expected: "a file or a folder",
    means: "There is nothing at that path.",
    advice: "check the path",
  }),
  "input.unreadable": refusal("file", {
    expected: "a file that may be read",
    means: "The file cannot be opened.",
    advice: "check that it is a file and that you may read it",
  }),
  "input.ambiguous": refusal("names", {
    stage: "folder",
    expected: "one scan and one mask a number",
    means: "It is not clear which files belong together.",
    advice: "move the ones that are not meant out of the folder",
  }),
  "nifti.empty": refusal("file", {
    expected: "at least 348 bytes",
    means: "The file is empty.",
    advice: again,
  }),
  "nifti.truncated": refusal("voxels", {
    stage: "voxels",
    expected: "as many bytes as the header says",
    means: "The file ends too early: it was cut off while copying or downloading.",
    advice: again,
  }),
  "nifti.header": refusal("header", {
    expected: "a NIfTI-1 or NIfTI-2 header",
    means: "The file is no NIfTI file, or its header is damaged.",
    advice: again,
  }),
  "nifti.type": refusal("datatype", {
    expected: "whole or floating-point numbers",
    means: "The file's number type cannot be used for a CT or a mask.",
    advice: "export the scan again as NIfTI-1 with int16 voxels",
  }),
  "nifti.dimensions": refusal("dim", {
    expected: "one 3D volume",
    means: "The file is not one 3D volume.",
    advice: "export the scan again, each volume in a file of its own",
  }),
  "nifti.gzip": refusal("gzip", {
    expected: "sound gzip data",
    means: "The compression is damaged or missing.",
    advice: again,
  }),
  "nifti.too-large": refusal("dim", {
    expected: "a volume that fits into memory",
    means: "The volume is too large to be read.",
    advice: "check the header: a CT has at most a few thousand slices",
  }),
  "nifti.value": refusal("voxels", {
    stage: "voxels",
    expected: "finite numbers",
    means: "The file holds values that cannot be used: NaN or infinite.",
    advice: "export the scan again, or replace them by −1024 HU if they lie outside the patient",
  }),
  "geometry.singular": refusal("sform", {
    expected: "three axes that span a volume",
    means: "The geometry is impossible: its axes lie in one plane or have no length.",
    advice: "the header's sform or qform is broken: export the scan again",
  }),
  "slope-not-finite": {
    severity: "warning",
    stage: "header",
    field: "scl_slope",
    expected: "a finite slope",
    means: () => "The slope is infinite: the stored values are taken as they are, unscaled.",
    advice: "check that the values are Hounsfield units; if not, export the scan again",
  },
  "extension-damaged": {
    severity: "warning",
    stage: "header",
    field: "esize",
    expected: "a size that is a multiple of 16 and ends before the voxels",
    means: (size) =>
      `A header extension's size is wrong${size && ` (${size})`}: it was stepped over, and the voxels are not touched by it.`,
    advice: "if another program cannot open the file, export it again without extensions",
  },
  "trailing-bytes": {
    severity: "note",
    stage: "voxels",
    field: "file",
    expected: "the file's end after the voxels",
    means: () => "Bytes follow the voxels: they are not looked at.",
    advice: "nothing to do, unless the header's size of the scan is too small",
  },
  defect: refusal("file", {
    expected: "a file that hepar can judge",
    means: "This file is more than hepar can take: a defect of hepar, not of the file.",
    advice: "please report it, with the file's header if you may",
  }),
  "left-out": {
    severity: "warning",
    stage: "folder",
    field: "file",
    expected: "files and folders that can be looked into",
    means: (what) => `Something was left out: ${what || "it could not be looked into"}.`,
    advice: "make it readable, or remove it",
  },
  "scan-without-mask": {
    severity: "note",
    stage: "folder",
    field: "file",
    expected: "a mask for each scan",
    means: () => "There is no mask for this scan: it can be predicted, not learned from.",
    advice: "nothing to do, unless a mask was lost",
  },
  "mask-without-scan": {
    severity: "warning",
    stage: "folder",
    field: "file",
    expected: "a scan for each mask",
    means: () => "There is no scan for this mask: it is left out of everything.",
    advice: "add the scan, or give both the same number",
  },
  "duplicate-of": {
    severity: "warning",
    stage: "folder",
    field: "voxels",
    expected: "each scan once",
    means: (other) =>
      `The scan is, voxel for voxel, that of ${other || "another case"}: the two count as one patient.`,
    advice: "remove one of the two, or say that they are one patient",
  },
  "mask-duplicate-of": {
    severity: "warning",
    stage: "folder",
    field: "labels",
    expected: "a mask of its own for each scan",
    means: (other) =>
      `The mask is, voxel for voxel, that of ${other || "another case"}: one of the two scans has the wrong one.`,
    advice: "find out whose it is; give the other scan its own",
  },
} as const satisfies Rules;
