import type { Numbers } from "../numbers.ts";

/** The report of one patient, and what both reports tell beside the figures, in English. */
export const englishReports = (n: Numbers) => {
  const lesions = (count: number) => n.count(count, { one: "lesion", other: "lesions" });
  const are = (count: number) => (count === 1 ? "is" : "are");
  return {
    patient: {
      title: (name: string) => `Liver and tumours in one CT: ${name}`,
      scanFile: "Scan:",
      maskFile: "Mask:",
      visit: "Visit:",
      back: "All cases of this report",
      found: {
        title: "What was found",
        drawn: "Measured from a mask that was given with the scan.",
        predicted: (model: string) =>
          `Measured from a mask that the network ${model} drew. Nobody has checked it.`,
        nothing: "The mask marks neither liver nor tumour.",
        noMask: "This scan has no usable mask, so that nothing could be measured.",
        unusable: "This case could not be used:",
        liver: (size: string) => `The liver, tumours included, measures ${size}.`,
        noTumour: "No tumour is marked in it.",
        tumours: (count: number, size: string) =>
          `${lesions(count)} ${are(count)} marked, ${size} in all.`,
        burden: (percent: string) => `That is ${percent} of the liver.`,
        largest: (diameter: string, perpendicular: string, slice: number) =>
          `The longest diameter in an axial slice is ${diameter}, with ${perpendicular} at a right angle to it (slice ${n.whole(slice)} from the feet, counted from 0).`,
        measurable: (count: number) =>
          `${lesions(count)} of 10 mm or more ${count === 1 ? "reaches" : "reach"} the size that RECIST 1.1 asks of a measurable lesion; the thickness of the slices was not judged.`,
        noSizes: "The file does not say how large a voxel is: sizes are in voxels.",
        voxels: (count: number) => n.count(count, { one: "voxel", other: "voxels" }),
      },
      keys: {
        liver: "liver with tumours",
        tumour: "tumour in all",
        burden: "of the liver is tumour",
        lesions: "lesions",
        longest: "longest axial diameter",
      },
      lesions: {
        title: "Liver and lesions",
        caption: (count: number) => `The liver and ${lesions(count)}, largest first`,
        number: "Lesion",
        name: (number: number) => `Lesion ${n.whole(number)}`,
        wholeLiver: "Liver with tumours",
        allTumours: "All tumours",
        volume: "Volume, mL",
        voxels: "Voxels",
        axial: "Longest × perpendicular axial diameter, mm",
        longest3d: "Longest 3D diameter, mm",
        slice: "Slice",
        hu: "Mean ± SD, HU",
        side: "Side",
        sides: { left: "left", right: "right" },
        depth: "To the liver's surface, mm",
        touches: "touches it",
        probability: "Probability that it is real",
        rest: (count: number) =>
          `${lesions(count)} more ${are(count)} in the table of the details.`,
        none: "There is no lesion to measure.",
      },
      pictures: {
        title: "Pictures",
        intro:
          "Of each lesion the axial slice of its longest diameter: cut out with the diameters as they were measured (the longest solid, the perpendicular dashed), and whole, with the cut framed. The patient's right is on the left of the picture.",
        plain: "The CT in the liver window (width 150, level 30 HU), and the mask laid over it.",
        caption: (number: number, size: string) => `Lesion ${n.whole(number)}, ${size}`,
        cut: "cut out, with its diameters",
        whole: "whole slice, with the mask",
        original: "CT in the liver window",
        cutAlt: (number: number, slice: number, size: string) =>
          `CT around lesion ${n.whole(number)} in slice ${n.whole(slice)}, with its diameters drawn: ${size}`,
        wholeAlt: (slice: number) =>
          `Whole slice ${n.whole(slice)} with the mask of liver and tumour in colour`,
        originalAlt: (slice: number) => `Whole slice ${n.whole(slice)} in the liver window`,
        slice: (slice: number) => `slice ${n.whole(slice)}`,
        none: "There is no slice to show.",
        more: (count: number) =>
          `${lesions(count)} more, the smallest, ${are(count)} not pictured.`,
      },
      sure: {
        cases: (count: number) => n.count(count, { one: "case", other: "cases" }),
        title: "How sure this is",
        drawn:
          "A mask drawn by hand differs from reader to reader; one reader's tumour volume is off by 17 % on average (Bilic et al. 2023).",
        predicted:
          "The network gives a mask and no probability for each lesion: how sure it is of one is not known. It can miss lesions and invent them, small ones most of all.",
        calibrated:
          "The last column of the lesions says how likely each is real, as a calibration of this network on other patients estimates it. It says nothing of lesions that the network has missed.",
        scored: (liver: string, tumour: string, cases: string) =>
          `On ${cases} that it had not learned from, its mean Dice was ${liver} for the liver and ${tumour} for the tumours (1 is perfect, 0 is nothing in common).`,
        unscored: "It is not known here how well this network does on other patients.",
        thisCase: (liver: string, tumour: string) =>
          `The network ran on this case too. Its Dice against this mask: liver ${liver}, tumours ${tumour}.`,
        resolution:
          "Diameters go from outer voxel boundary to outer voxel boundary; a length cannot be surer than a voxel is small.",
      },
      warnings: {
        title: "Warnings about the files",
        none: "Nothing about the files looks wrong.",
      },
      visits: {
        title: "Earlier visits and response",
        none: "No other visit of this patient was given, so that nothing can be said of growth or response.",
        intro:
          "Other scans of the same patient in this cohort. Lesions were not matched between them, and no response is judged.",
        caption: "Visits",
        visit: "Visit",
        here: "(this one)",
      },
      details: {
        title: "Details",
        scan: "The scan",
        size: "Size in voxels",
        spacing: "Voxel size",
        orientation: "Stored axes grow towards",
        liverHu: "Liver without tumours, HU",
        tumourHu: "Tumours, HU",
        meanSd: (mean: string, sd: string, median: string) =>
          `mean ${mean}, SD ${sd}, median ${median}`,
        method:
          "The liver is labels 1 and 2 of the mask, a lesion is a connected part of label 2 (voxels that share a corner belong together). The longest axial diameter is RECIST's: the longest line between two points of the lesion in one axial slice.",
        record: "How to do it again",
        hashes: "SHA-256 of the files",
        scanHash: "Scan",
        maskHash: "Mask",
      },
    },
    cases: {
      title: "Case by case",
      intro: "A page for each case: findings, sizes, and pictures with the diameters drawn.",
    },
    conversion: {
      title: "From scans to pictures",
      none: "The scans were not turned into 2D images yet.",
      counted: (images: number, cases: number) =>
        `${n.count(images, { one: "2D image", other: "2D images" })} of ${n.count(cases, { one: "scan", other: "scans" })}, with as many masks as there were.`,
      withTumour: (tumour: number, liver: number, all: number) =>
        `${n.whole(liver)} of the ${n.whole(all)} masks show liver, ${n.whole(tumour)} tumour.`,
      size: "Size of the images",
      several: "several sizes",
      orientation: "Orientation",
      orientations: { radiological: "radiological", notebook: "as in the LiTS notebooks" },
      format: "Format",
    },
    network: {
      title: "The network, drawn",
      text: (stages: number, deepest: string) =>
        `Each block is a stage with its channels and, below, the width of its images in pixels: ${n.whole(stages)} stages down to ${deepest} channels and up again; the dashed lines carry each stage's features across.`,
      image: "image",
      classes: "classes",
    },
    published: {
      title: "Beside published numbers",
      intro:
        "On the LiTS challenge's own test scans, as published; these scores come from other patients, so that the numbers stand beside each other and are no ranking.",
      caption: "Dice per case",
      what: "Result",
      here: "This report",
      isbi2017: "Best of LiTS 2017 at ISBI (Bilic et al. 2023)",
      miccai2017: "Best of LiTS 2017 at MICCAI (Bilic et al. 2023)",
      miccai2018: "Best of LiTS 2018 at MICCAI (Bilic et al. 2023)",
      honest2d: "2D U-Nets split by patient, the usual range",
      bestLiver: "Best liver of the challenge (Bilic et al. 2023)",
      intervalNote: (percent: string) =>
        `In brackets the ${percent} interval by drawing the patients again with replacement (bootstrap).`,
    },
  };
};
