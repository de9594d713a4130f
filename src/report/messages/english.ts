import type { Numbers } from "../numbers.ts";
import { englishFigures } from "./english-figures.ts";
import { englishWarnings } from "./english-warnings.ts";

/** The report in English. */
export const english = (n: Numbers) => {
  const scans = (count: number) => n.count(count, { one: "scan", other: "scans" });
  const cases = (count: number) => n.count(count, { one: "case", other: "cases" });
  const patients = (count: number) => n.count(count, { one: "patient", other: "patients" });
  return {
    page: {
      title: "Liver tumours in CT: report",
      skip: "Skip to the report",
      contents: "Contents",
      made: (when: string, version: string) => `Made on ${when} by hepar ${version}`,
      dataFolder: "Data folder:",
      foot: "hepar, for research only. Not a medical device.",
    },
    words: {
      yes: "yes",
      no: "no",
      unknown: "unknown",
      none: "none",
      noMask: "no mask",
      unreadable: "not readable",
      case: "Case",
      liver: "Liver",
      tumour: "Tumour",
      total: "Total",
    },
    notice: {
      title: "For research only",
      text: "hepar is not a medical device. Nothing on this page may be used to diagnose a patient or to decide on a treatment. Masks, volumes and predictions can be wrong; a radiologist must look at the images.",
    },
    summary: {
      title: "Summary",
      scans: "scans",
      withTumour: "with a tumour",
      slices: "2D images",
      liverDice: "liver Dice",
      tumourDice: "tumour Dice",
      failed: "not done",
      nothing: "The data folder holds no scan that could be catalogued.",
      found: (count: number, masked: number, unreadable: number) =>
        `${scans(count)} ${count === 1 ? "was" : "were"} found, ${n.whole(masked)} of them with a usable mask.` +
        (unreadable > 0
          ? ` ${scans(unreadable)} could not be used; the reasons are below.`
          : " All could be read."),
      tumours: (count: number, masked: number, lesions: number) =>
        `${n.whole(count)} of the ${n.whole(masked)} masks ${count === 1 ? "holds" : "hold"} a tumour, ${n.count(lesions, { one: "lesion", other: "lesions" })} in all.`,
      noMasks: "No scan has a mask, so that tumours could neither be counted nor measured.",
      converted: (count: number) =>
        `The scans were turned into ${n.count(count, { one: "2D image", other: "2D images" })}.`,
      notConverted: "The scans were not turned into 2D images yet.",
      trained: (train: number, heldOut: number, epochs: number) =>
        `A network learned from ${patients(train)} in ${n.count(epochs, { one: "epoch", other: "epochs" })}; ${patients(heldOut)} ${heldOut === 1 ? "was" : "were"} kept apart, never seen in training.`,
      trainedFolds: (folds: number, patients: number, epochs: number) =>
        `${n.count(folds, { one: "network", other: "networks" })} learned in ${n.count(epochs, { one: "epoch", other: "epochs" })} each, each without another part of ${n.count(patients, { one: "patient", other: "patients" })}; each patient is scored by the network that has never seen them.`,
      trainedTogether: (members: number) =>
        `The mean of ${n.count(members, { one: "such network", other: "such networks" })} predicts.`,
      elsewhere: (name: string, unseen: boolean) =>
        unseen
          ? `The network ${name} was trained elsewhere; scans that it learned from are left out of its scores.`
          : `The network ${name} was trained elsewhere: whether it has seen these patients is not known here.`,
      noModel: "No network was trained, so that there are no predictions and no scores.",
      scored: (name: string, dice: string, defined: number, all: number) =>
        `${name}: mean Dice ${dice} over ${n.whole(defined)} of ${n.count(all, { one: "case", other: "cases" })} compared with their masks.`,
      scale: "A Dice of 1 is perfect; 0 is nothing in common.",
      unscored: (name: string) =>
        `${name}: no case that was compared has one, so that Dice is undefined.`,
      notEvaluated: "The predictions were not compared with the reference masks.",
      failures: (count: number) => {
        if (count === 0) return "Nothing failed.";
        return count === 1
          ? "One thing could not be done; it is named below with its reason."
          : `${n.whole(count)} things could not be done; each is named below with its reason.`;
      },
    },
    catalogue: {
      title: "The scans",
      intro:
        "One row a scan: its files, its size in voxels (width × height × number of slices), and what its mask says. Percentages count voxels; volumes exist only where the file knows its spacing.",
      caption: (count: number) => `Catalogue of ${scans(count)}`,
      scan: "Scan",
      mask: "Mask",
      size: "W × H × n",
      spacing: "Spacing, mm",
      hasTumour: "Tumour",
      tumourPercent: "Tumour, % of all voxels",
      tumourPercentOfLiver: "Tumour, % of liver",
      liverMl: "Liver, mL",
      tumourMl: "Tumour, mL",
      lesions: "Lesions",
      remarks: "Remarks",
      empty: "The catalogue is empty.",
      files: "The same table is in the cohort folder as catalog.csv and catalog.parquet.",
    },
    study: {
      title: "The study",
      intro: "What the scans and the reference masks look like before any network.",
      noMasks: "There is no usable mask: only the slices can be shown.",
    },
    figures: {
      drawn: {
        scans: (count: number, all: number) => `${n.whole(count)} of ${scans(all)}`,
        lesions: (count: number, all: number) =>
          `${n.whole(count)} of ${n.count(all, { one: "lesion", other: "lesions" })}`,
        shown: (share: string) => ` Drawn: ${share}.`,
        missing: (why: string) => ` Not drawn: ${why}.`,
        unusable: (count: number) => `${n.whole(count)} that could not be used`,
        noMask: (count: number) => `${n.whole(count)} without a mask`,
        noLiver: (count: number) => `${n.whole(count)} without a liver in the mask`,
        noTumour: (count: number) => `${n.whole(count)} without a tumour`,
        noSpacing: (count: number) =>
          `${n.whole(count)} of unknown spacing, which have no mm and no mL`,
        unmeasured: (count: number) => `${n.whole(count)} not measured`,
        lesionsWithoutSpacing: (count: number) =>
          `${n.whole(count)} in scans of unknown spacing, which have no mm and no mL`,
        points: " So few are drawn as points, one each.",
      },
      slices: {
        title: "Slices per scan",
        axis: "slices",
        text: (low: string, middle: string, high: string) =>
          `Axial slices in each scan: from ${low} to ${high}, median ${middle}.`,
      },
      percentage: {
        title: "Tumour percentage per scan",
        axis: "tumour, %",
        ofLiver: "% of the liver",
        ofAll: "% of all voxels",
        inBrackets: "(in brackets)",
        noTumour: "no tumour",
        text: (withTumour: number, masked: number, high: string) =>
          `Tumour voxels of each scan with a mask, as percent of the liver (tumours included) and of all voxels. ${n.whole(withTumour)} of ${n.whole(masked)} have a tumour; the most is ${high} of the liver.`,
      },
      lesions: {
        title: "Sizes of the lesions",
        axisMl: "volume of a lesion, mL (logarithmic)",
        axisVoxels: "voxels of a lesion (logarithmic)",
        count: "lesions",
        text: (count: number, middle: string, low: string, high: string) =>
          `${n.count(count, { one: "lesion", other: "lesions" })} by size: from ${low} to ${high}, median ${middle}.`,
        inVoxels: " No spacing is known, so that sizes are in voxels.",
        voxels: (count: string) => `${count} voxels`,
      },
      diameters: {
        title: "Longest diameters of the lesions",
        axis: "longest axial diameter, mm",
        text: (count: number, middle: string, low: string, high: string) =>
          `${n.count(count, { one: "lesion", other: "lesions" })} by the longest diameter in an axial slice, between voxel boundaries: from ${low} to ${high}, median ${middle}.`,
        measurable: (count: number) =>
          ` ${n.whole(count)} ${count === 1 ? "is" : "are"} 10 mm or longer, as RECIST 1.1 asks of a measurable lesion.`,
      },
      burden: {
        title: "Distribution of the tumour percentage",
        axis: "tumour, % of the liver (logarithmic)",
        text: (count: number, low: string, middle: string, high: string) =>
          `${scans(count)} with a tumour by its share of the liver (tumours included): from ${low} to ${high}, median ${middle}.`,
      },
      liverVolumes: {
        title: "Volumes of the livers",
        axis: "liver with its tumours, mL",
        text: (count: number, low: string, middle: string, high: string) =>
          `Volume of the liver, tumours included, in ${scans(count)} of known spacing: from ${low} to ${high}, median ${middle}.`,
      },
      tumourVolumes: {
        title: "Tumour volume per scan",
        axis: "all tumours of a scan, mL (logarithmic)",
        text: (count: number, low: string, middle: string, high: string) =>
          `Volume of all tumours together in ${scans(count)} of known spacing that ${count === 1 ? "has" : "have"} any: from ${low} to ${high}, median ${middle}.`,
      },
      intensities: {
        title: "Intensities of liver and tumour",
        axis: "intensity, HU",
        liver: "liver without tumours",
        tumour: "tumour",
        text: (liver: string, tumour: string) =>
          `Median intensity of each scan, with a line over the middle 80 % of the voxels. Median of the scans: liver without tumours ${liver}, tumour ${tumour}.`,
      },
      scansAxis: "scans",
      loss: {
        title: "Loss",
        axis: "loss",
        train: "training",
        heldOut: "held-out patients",
        text: (first: string, last: string, heldOut: string) =>
          `Cross-entropy plus soft Dice loss after each epoch. Training: from ${first} to ${last}; held-out patients at the end: ${heldOut}.`,
      },
      dice: {
        title: "Dice on held-out patients",
        axis: "Dice",
        text: (liver: string, tumour: string) =>
          `Dice over all held-out slices at the network's resolution after each epoch; at the end liver ${liver}, tumour ${tumour}. Watched only: nothing was chosen by it.`,
      },
      learningRate: {
        title: "Learning rate",
        axis: "learning rate",
        text: (high: string, last: string) =>
          `Learning rate in each epoch: at most ${high}, ${last} at the end.`,
      },
      watch: {
        title: "Dice on patients set aside",
        text: (liver: string, tumour: string) =>
          `Dice over the slices of the patients that were set aside from those to learn from, after each epoch; at the end liver ${liver}, tumour ${tumour}. The epoch whose mean of both is highest is the model.`,
      },
      rates: {
        title: "Learning-rate finder",
        lossAxis: "loss",
        rateAxis: "learning rate (logarithmic)",
        smoothed: "smoothed",
        step: "each step",
        valley: "valley",
        steep: "steepest",
        text: (valley: string, steep: string) =>
          `Loss of a few steps from fresh weights while the learning rate grows. Suggested rates: valley ${valley}; steepest ${steep}.`,
      },
      cases: {
        title: "Dice per held-out case",
        axis: "Dice",
        mean: (name: string, dice: string) => `${name} (mean ${dice})`,
        undefinedTumour: "tumour undefined",
        missing: "no prediction",
        text: (count: number, unseen: boolean) =>
          `Dice of liver and tumour for ${cases(count)}${unseen ? " that training never saw" : ""}; the dashed lines are the means.`,
      },
      originals: {
        title: "Original beside mask",
        text: (names: string) =>
          `${names}: the CT in the liver window (150, 30 HU) and, beside it, the reference mask, on the slice with the most tumour (else the most liver).`,
      },
      epoch: "epoch",
    },
    pictures: {
      title: "Pictures",
      heldOut: (shown: number, all: number) =>
        `${shown === all ? `All ${cases(all)}` : `The first ${n.whole(shown)} of ${cases(all)}`} that training never saw. Of each, the slice with the most reference tumour; without tumour, the one with the most liver.`,
      predicted: (shown: number, all: number) =>
        `${n.whole(shown)} of ${cases(all)} that the network was run on. Of each, the slice with the most reference tumour; without tumour, the one with the most liver; without a mask, the middle one.`,
      sample: (shown: number, all: number) =>
        `${n.whole(shown)} of ${cases(all)}, spread evenly over the catalogue. Of each, the slice with the most reference tumour; without tumour, the one with the most liver; without a mask, the middle one.`,
      view: {
        radiological:
          "Seen as radiologists do: the patient's right is on the left of the picture. Slices are counted from the feet, from 0.",
        notebook:
          "Cut as in the LiTS notebooks, by turning the stored array: which side of the patient is where differs from scan to scan. Slices are counted as stored, from 0.",
      },
      none: "There are no 2D images to show.",
      kinds: {
        original: "Original",
        mask: "Reference mask",
        preprocessed: "What the network sees",
        prediction: "Prediction",
        agreement: "Difference",
      },
      about: {
        original: "CT in the liver window (width 150, level 30 HU)",
        mask: "the reference mask over the CT",
        preprocessed:
          "red: liver window (150, 30); green: custom window (200, 60); blue: frequency-histogram scaling",
        prediction: "the network's mask over the CT",
        agreement: "prediction against reference",
      },
      chosenBy: { tumour: "most tumour", liver: "most liver", middle: "the middle one" },
      slice: (slice: number) => `slice ${n.whole(slice)}`,
      alt: (kind: string, about: string, name: string, slice: number) =>
        `${kind} of ${name}, slice ${n.whole(slice)}: ${about}`,
      agree: "agree",
      missed: "missed",
      invented: "invented",
      agreementText:
        "In the difference, a voxel is missed where the reference says more (liver or tumour) than the prediction, and invented where it says less.",
    },
    training: {
      title: "Training",
      none: "No network was trained.",
      split: (train: number, heldOut: number) =>
        `Split by patient: ${cases(train)} to learn from, ${cases(heldOut)} held out.`,
      /** k networks, each of which another part of the patients is held out from. */
      folds: (folds: number) =>
        `Trained ${n.count(folds, { one: "time", other: "times" })}, each time without another part of the patients; each case is predicted by the network that did not learn from it. Split, curves and facts are those of the first.`,
      /** Networks that learn from the same patients. */
      members: (members: number) =>
        `An ensemble: ${n.count(members, { one: "network", other: "networks" })} learned from the same patients, each from another start, and the mean of their probabilities predicts. Curves and facts are those of the first.`,
      heldOut: "Held out",
      watched: "Set aside to choose the epoch",
      learned: "Learned from",
      network: "The network",
      /** Names that stand in a model's own file. */
      channels: {
        liver: "liver window",
        custom: "custom window",
        histogram: "frequency histogram",
      },
      classes: { background: "background", liver: "liver", tumour: "tumour" },
      facts: {
        name: "Name",
        architecture: "Architecture",
        unet: (widths: string, convolutions: string) =>
          `2D U-Net, widths ${widths}, ${convolutions} convolutions a level`,
        unet2015: (widths: string) => `U-Net of 2015, widths ${widths}`,
        resnet34Unet: (width: string) => `U-Net on a ResNet-34, width ${width}`,
        imageSize: "Slices are seen at",
        channels: "Input channels",
        classes: "Classes",
        recipe: "Recipe",
        epochs: "Epochs",
        chosen: "Epoch that is the model",
        last: (epoch: string) => `${epoch}, the last`,
        best: (epoch: string, dice: string) =>
          `${epoch}, the best on the patients set aside (Dice ${dice})`,
        waiting: "Steps waited for data",
        steps: "Optimiser steps",
        seed: "Seed",
        fold: "Held-out fold, from 0",
        seconds: "Time to train",
        runtime: "Computed by",
        weights: "SHA-256 of the weights",
      },
      elsewhere: (name: string) => `The network ${name} was trained elsewhere.`,
      noJournal: "There is no journal of the training.",
    },
    scores: {
      title: "Scores on patients never seen",
      titleUnknown: "Scores",
      none: "Nothing was evaluated: there is no model, or no held-out case with a mask.",
      intro:
        "Dice = 2 × common voxels ÷ (reference + predicted voxels), at the scan's own resolution. The liver includes its tumours. Dice is undefined where neither the reference nor the prediction has any; such a case is left out of the mean, never counted as 1. A missing prediction counts as 0.",
      caption: (count: number) => `Scores of ${cases(count)}`,
      liverDice: "Liver Dice",
      tumourDice: "Tumour Dice",
      referenceVoxels: "Tumour voxels, reference",
      predictedVoxels: "Tumour voxels, predicted",
      undefined: "undefined: both empty",
      missing: "0 (no prediction)",
      perCase: "Mean per case",
      over: (defined: number) => `over ${cases(defined)}`,
      global: "Global (all voxels together)",
      missingCount: (count: number) =>
        `${n.count(count, { one: "prediction is", other: "predictions are" })} missing and counted as 0.`,
    },
    failures: {
      title: "What could not be done, and why",
      none: "Nothing failed.",
      caption: "Failures",
      step: "Step",
      reason: "Reason",
      whole: "(the whole step)",
      warningsTitle: "Warnings",
      noWarnings: "There are no warnings.",
      affected: "Cases",
      everywhere: "in all:",
      meaning: "What it means",
      warning: "Warning",
    },
    steps: {
      catalog: "catalogue",
      study: "study",
      convert: "2D images",
      train: "training",
      predict: "prediction",
      evaluate: "evaluation",
      report: "report",
    },
    drawings: englishFigures(n),
    warnings: englishWarnings,
    problems: {
      "input.missing": "The file is not there.",
      "input.unreadable": "The file cannot be opened.",
      "input.empty": "The file or folder is empty.",
      "input.ambiguous": "It is not clear which files belong together.",
      "nifti.empty": "The file is empty.",
      "nifti.truncated": "The file ends too early: it was cut off while copying or downloading.",
      "nifti.header": "The file is not a NIfTI file, or its header is damaged.",
      "nifti.type": "The file's number type cannot be used for a CT or a mask.",
      "nifti.dimensions": "The file is not a 3D volume.",
      "nifti.gzip": "The file ends in .gz, but its compression is damaged or missing.",
      "nifti.too-large": "The volume is too large to be read.",
      "nifti.value": "The file holds values that cannot be used, such as NaN.",
      "geometry.singular": "The file's geometry is impossible: its axes do not span a volume.",
      "geometry.mismatch": "Scan and mask do not have the same shape.",
      "geometry.orientation":
        "The axes of scan and mask run in other directions: laid on each other, the mask would mark the wrong side.",
      "labels.value": "The mask holds values that are not whole labels.",
      "image.unreadable": "A picture file cannot be read.",
      "table.unreadable": "A table cannot be read.",
      "cohort.no-cases": "There is no scan to work with.",
      "cohort.no-masks": "No scan has a mask, so that nothing can be learned or scored.",
      "split.too-few":
        "There are too few patients with a mask to keep some apart: nothing can be trained honestly.",
      "runtime.missing": "The software that computes the network is not installed.",
      "model.invalid": "The model's files do not fit together.",
      "model.missing": "There is no such model.",
      "train.diverged": "Training went astray: the loss became infinite or not a number.",
      "output.full": "The disk is full.",
      "output.unwritable": "The output folder may not be written to.",
      "run.stopped": "The run was stopped.",
      defect: "This is a defect of hepar.",
    },
    limits: {
      title: "Limits, and how to do it again",
      limitsTitle: "Limits",
      few: (heldOut: number) =>
        `The scores come from ${cases(heldOut)}. With so few, another choice of patients can give quite different numbers.`,
      reference:
        "The reference masks are taken as true; where they are wrong, scores and percentages are wrong too.",
      axial:
        "The network sees one axial slice at a time, with 256 grey levels a channel and at its own resolution.",
      spacing: (count: number) =>
        `${scans(count)} ${count === 1 ? "has" : "have"} no known spacing; no sizes are given for ${count === 1 ? "it" : "them"}.`,
      otherScanners:
        "Other scanners, contrast phases and diseases than those in the data folder were not tested.",
      reproduceTitle: "How to do it again",
      command: "Command",
      seed: "Seed",
      settings: "Settings",
      versions: "Versions",
      seconds: "Time taken",
      same: "With the same files, the same seed and the same versions, the command gives the same tables. The SHA-256 of every file is in catalog.csv.",
    },
  };
};
