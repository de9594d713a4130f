/** What a finding means for the reader of a report, by its code: all that the catalogue can warn of. */
export const englishWarnings = {
  "spacing-unknown": {
    short: "spacing unknown",
    long: "The file does not say how large a voxel is. No millimetres and no millilitres are given for it.",
  },
  "orientation-unknown": {
    short: "orientation unknown",
    long: "The file does not say how the patient lies in it. Left and right, and feet and head, may be exchanged.",
  },
  "single-slice": {
    short: "single slice",
    long: "The scan has one slice only.",
  },
  "forms-disagree": {
    short: "two positions in one header",
    long: "The header gives two positions in the patient that are more than half a voxel apart. The sform was used; other programs may use the qform.",
  },
  "pixdim-disagrees": {
    short: "two voxel sizes in one header",
    long: "The header gives two different voxel sizes. That of the sform was used for all millimetres; other programs may use the other.",
  },
  "axes-sheared": {
    short: "axes not at right angles",
    long: "The voxel axes are not at right angles, as after an uncorrected gantry tilt. Volumes are right; lengths within slices follow the slanted axes.",
  },
  "spacing-implausible": {
    short: "implausible spacing",
    long: "The voxels are smaller or larger than those of any CT. Millimetres and millilitres of this scan are not to be trusted.",
  },
  "field-of-view-implausible": {
    short: "implausible field of view",
    long: "The scan is smaller or larger than a scan of a body can be: its spacing is wrong, or it is a small part of a scan.",
  },
  "units-not-mm": {
    short: "not in millimetres",
    long: "The header gives lengths in another unit than millimetres. They were converted.",
  },
  "slope-not-finite": {
    short: "no usable slope",
    long: "The header's slope is infinite. The stored values were taken as they are.",
  },
  "extension-damaged": {
    short: "damaged header extension",
    long: "An extension of the header is damaged. It was stepped over; the scan itself is not touched by it.",
  },
  "intensities-constant": {
    short: "no picture",
    long: "Every voxel of the scan holds the same value: there is no picture in it.",
  },
  "intensities-not-hu": {
    short: "not in Hounsfield units",
    long: "The intensities do not look like Hounsfield units, so that the windows show something else than intended.",
  },
  "intensities-cut": {
    short: "intensities cut off",
    long: "The scan was cut to a window before it came here: values outside are lost. Windows within it are right.",
  },
  "intensities-clipped": {
    short: "intensities clipped",
    long: "Many voxels hold exactly the largest or smallest value: the scan was clipped there, and means of very bright or dark tissue are wrong.",
  },
  "no-air": {
    short: "no air",
    long: "No voxel is near air (−1000 HU): the scan was cropped within the body, or is no CT.",
  },
  "not-abdomen": {
    short: "perhaps no abdomen",
    long: "The body shows more bone than fat, as a head does and an abdomen does not.",
  },
  "no-liver": {
    short: "perhaps no liver",
    long: "There is no solid piece of soft tissue as large as part of a liver: the liver is hardly in the field of view.",
  },
  "labels-unexpected": {
    short: "unexpected labels",
    long: "The mask holds labels other than 0 (background), 1 (liver) and 2 (tumour). They are kept in all files, and counted neither as liver nor as tumour.",
  },
  "labels-grey": {
    short: "grey values as labels",
    long: "The mask holds grey values rather than labels: a picture format with losses, an interpolation, or a scan taken for a mask. What is said of liver and tumour is not to be trusted.",
  },
  "mask-empty": {
    short: "empty mask",
    long: "The mask marks no voxel at all: neither liver nor tumour.",
  },
  "mask-full": {
    short: "mask without background",
    long: "The mask marks every voxel of the scan, air and bone as well. It may have been inverted or filled.",
  },
  "tumour-without-liver": {
    short: "tumour without liver",
    long: "The mask marks tumour and no liver, so that a percentage of the liver says nothing.",
  },
  "tumour-outside-liver": {
    short: "tumour outside the liver",
    long: "Some of the tumour touches no liver. It is counted all the same, as tumour and as part of the liver.",
  },
  "liver-in-pieces": {
    short: "liver in pieces",
    long: "The liver comes in more than one large piece: two livers, a gap of slices, or another organ marked as liver.",
  },
  "liver-specks": {
    short: "specks beside the liver",
    long: "Many small pieces lie apart from the liver. Each counts to its volume.",
  },
  "affine-mismatch": {
    short: "scan and mask placed differently",
    long: "Scan and mask have the same shape but claim different places in the patient. The mask was taken voxel by voxel.",
  },
  "geometry-one-sided": {
    short: "position in one file only",
    long: "Only one of scan and mask says where it lies in the patient. The mask was taken voxel by voxel.",
  },
  swapped: {
    short: "scan and mask exchanged",
    long: "The scan holds labels and the mask grey values: the two are exchanged.",
  },
  "mask-turned": {
    short: "mask mirrored or turned",
    long: "The mask does not fit the scan as it is, but would if it were mirrored, turned or its slices reversed. What is said of this case is not to be trusted.",
  },
  "duplicate-of": {
    short: "duplicate",
    long: "The same scan is there under another name. The copies are taken as one patient.",
  },
  "mask-duplicate-of": {
    short: "another case's mask",
    long: "Two different scans have the same mask: one of them has the wrong one.",
  },
} satisfies Readonly<Record<string, { readonly short: string; readonly long: string }>>;
