import type { Numbers } from "../numbers.ts";

/** Words of the figures that are drawn alone or in a report, beside those of the study. */
export const englishFigures = (n: Numbers) => {
  const lesions = (count: number) => n.count(count, { one: "lesion", other: "lesions" });
  const cases = (count: number) => n.count(count, { one: "case", other: "cases" });
  /** ` 3 more are not shown.`, or nothing. */
  const notShown = (count: number) =>
    count === 0 ? "" : ` ${n.whole(count)} more ${count === 1 ? "is" : "are"} not shown.`;
  return {
    dataframe: {
      title: "The dataframe",
      text: (shown: number, rows: number, columns: string) =>
        `The first ${n.whole(shown)} of ${n.count(rows, { one: "row", other: "rows" })} of the catalogue, one a case, in the columns ${columns}.`,
      more: (rows: number, columns: number) =>
        `${n.whole(rows)} rows × ${n.whole(columns)} columns`,
    },
    channels: {
      title: "The preprocessed slice and its channels",
      whole: "all channels, as red, green and blue",
      names: {
        liver: "red: liver window",
        custom: "green: custom window",
        histogram: "blue: frequency histogram",
      },
      window: (width: number, level: number) => `${n.whole(width)}, ${n.whole(level)} HU`,
      text: (name: string, slice: number) =>
        `${name}, slice ${n.whole(slice)}: what a network gets, in colour, and each of its three channels in grey: the liver window, the custom window, and the frequency histogram, in which each grey level covers as many voxels.`,
    },
    agreement: {
      title: "Prediction beside reference",
      reference: "Reference",
      prediction: "Prediction",
      liver: "Liver: difference",
      tumour: "Tumour: difference",
      dice: (value: string) => `Dice ${value} on this slice`,
      undefined: "nothing on this slice",
      agree: "agreement",
      missed: "missed",
      invented: "invented",
      text: (name: string, slice: number) =>
        `${name}, slice ${n.whole(slice)}: reference and prediction over the CT (window 200, 60 HU), and where they differ.`,
      counts: (structure: string, counts: readonly [number, number, number], dice: string) =>
        ` ${structure}, pixels: ${n.whole(counts[0])} in agreement, ${n.whole(counts[1])} missed, ${n.whole(counts[2])} invented (${dice}).`,
    },
    lesions: {
      title: "The lesions, largest first",
      size: (id: number, longest: string, perpendicular: string) =>
        `${n.whole(id)} · ${longest} × ${perpendicular}`,
      noSize: (id: number, voxels: number) =>
        `${n.whole(id)} · ${n.count(voxels, { one: "voxel", other: "voxels" })}`,
      where: (slice: number, volume: string | null) =>
        `slice ${n.whole(slice)}${volume === null ? "" : ` · ${volume}`}`,
      longest: "longest diameter",
      perpendicular: "longest at 90° to it",
      outline: "mask",
      text: (name: string, shown: number, all: number) =>
        `${name}: ${shown === all ? `all ${lesions(all)}` : `the largest ${n.whole(shown)} of ${lesions(all)}`}, each on the axial slice of its longest diameter, with its two diameters drawn where they were measured.`,
      one: (id: number, longest: string, perpendicular: string, slice: number) =>
        ` ${n.whole(id)}: ${longest} × ${perpendicular}, slice ${n.whole(slice)}.`,
      noSpacing: " The spacing is unknown: no diameters are given.",
    },
    solid: {
      title: "The liver and its lesions in 3D",
      views: { anterior: "from the front", left: "from the left", inferior: "from the feet" },
      letters: { R: "R", L: "L", A: "A", P: "P", S: "S", I: "I" },
      liver: "liver, transparent",
      lesion: "lesion, numbered as the largest first",
      text: (name: string, liver: string | null, count: number) =>
        `${name}: the liver${liver === null ? "" : ` (${liver})`} as transparent surface and ${count === 0 ? "no lesion" : lesions(count)} in it, seen from the front, from the left and from the feet.`,
      largest: (volume: string) => ` The largest lesion has ${volume}.`,
      noLiver: (name: string) => `${name}: the lesions; the mask has no liver around them.`,
      noSpacing: " The spacing is unknown: proportions may be wrong.",
      smoothed: " Surfaces are smoothed to be looked at; nothing is measured on them.",
    },
    blandAltman: {
      title: (structure: string) =>
        `${structure}: volume of prediction and reference (Bland–Altman)`,
      mean: "mean of prediction and reference, mL",
      difference: "prediction − reference, mL",
      bias: (value: string) => `mean difference ${value}`,
      upper: (value: string) => `+1.96 SD: ${value}`,
      lower: (value: string) => `−1.96 SD: ${value}`,
      limits: "95 % limits of agreement",
      interval: "95 % interval of each",
      text: (count: number, bias: string, low: string, high: string) =>
        `Volumes of ${cases(count)}: prediction minus reference is ${bias} on average; the 95 % limits of agreement are ${low} and ${high}.`,
      intervals: (
        bias: readonly [string, string],
        low: readonly [string, string],
        high: readonly [string, string],
      ) =>
        ` 95 % intervals: mean difference ${bias[0]} to ${bias[1]}, lower limit ${low[0]} to ${low[1]}, upper limit ${high[0]} to ${high[1]}.`,
      formula:
        " d = prediction − reference; limits = mean(d) ± 1.96 s, s² = Σ(d − mean(d))² ÷ (n − 1); standard errors s√(1/n) and s√(3/n) (Bland and Altman 1986).",
      few: " With fewer than two cases there are no limits.",
      leftOut: (count: number) =>
        count === 0
          ? ""
          : ` ${cases(count)} without a known spacing ${count === 1 ? "is" : "are"} left out.`,
      missing: (count: number) =>
        count === 0
          ? ""
          : ` ${cases(count)} without a prediction ${count === 1 ? "counts" : "count"} as 0 mL.`,
    },
    calibration: {
      title: "Calibration of the lesions’ probabilities",
      predicted: "predicted probability that a lesion is real",
      observed: "share that is real",
      count: "lesions",
      perfect: "perfect calibration",
      model: "bins of predicted lesions",
      text: (count: number, bins: number, ece: string, brier: string) =>
        `${n.count(count, { one: "predicted lesion", other: "predicted lesions" })} in ${n.count(bins, { one: "bin", other: "bins" })} of predicted probability against the share of them that is real, with 95 % intervals (Wilson). Expected calibration error ${ece}, Brier score ${brier}.`,
      bin: (from: string, to: string, count: number, observed: string) =>
        ` ${from}–${to}: ${observed} of ${n.whole(count)}.`,
    },
    f1BySize: {
      title: "Detection of lesions by their size",
      axis: "F1",
      sizes: { below10mm: "< 10 mm", from10to20mm: "10–20 mm", above20mm: "> 20 mm" },
      count: (found: number, all: number) => `${n.whole(found)} of ${n.whole(all)} found`,
      none: "no such lesion",
      text: (model: string) =>
        `${model}: F1 of detecting lesions (any common voxel), by longest axial diameter: the harmonic mean of the share of reference lesions of that size that are found and the share of predicted ones that are real.`,
      one: (size: string, f1: string, found: number, all: number) =>
        ` ${size}: ${f1}, ${n.whole(found)} of ${n.whole(all)} found.`,
    },
    extremes: {
      title: "Best and worst cases",
      best: "best",
      worst: "worst",
      dice: (structure: string, value: string) => `${structure} ${value}`,
      text: (structure: string, best: string, worst: string) =>
        `Cases by Dice of the ${structure}. Best: ${best}. Worst: ${worst}. Of each, the slice with the most ${structure} in reference or prediction, with where they agree and differ.`,
      one: (name: string, dice: string) => `${name} (${dice})`,
    },
    notShown,
  };
};
