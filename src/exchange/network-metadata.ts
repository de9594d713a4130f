import type { NetworkSpec } from "../model/index.ts";

/** Under this name an ONNX file says how to run it: a `NetworkSpec` as JSON. */
export const networkMetadataKey = "hepar.network";

/** What an exported file says to whoever opens it, besides the network. */
export interface NetworkMetadata {
  readonly spec: NetworkSpec;
  /** hepar's. */
  readonly version: string;
  /** Of the numbers alone: weights.safetensors, or the file that was imported. */
  readonly weightsSha256: string;
}

/** metadata_props of an exported file: texts by name. */
export function networkMetadata({
  spec,
  version,
  weightsSha256,
}: NetworkMetadata): Readonly<Record<string, string>> {
  // The file that it was made of is not this one.
  const { onnxSha256: _other, ...told } = spec;
  return {
    [networkMetadataKey]: JSON.stringify(told),
    "hepar.steps": stepsOf(spec).join("\n"),
    "hepar.version": version,
    "hepar.weightsSha256": weightsSha256,
    "hepar.notice": `For research. Not a medical device. Licence of the weights: ${spec.licence ?? "not stated: ask who trained them"}.`,
  };
}

/** How to run it, in words, for who reads no schema. */
function stepsOf({ input, output, prediction }: NetworkSpec): string[] {
  const { kind, patch, cover, orientation, neighbours, spacingMm } = input;
  const size = patch.join(" × ");
  return [
    `1. Read the CT in HU and turn it so that columns, rows and slices run to ${orientation}.`,
    cover === "stretch"
      ? `2. Each slice by itself: ${intensityText(input)}; then stretched to ${size} pixels (mean of the area along an axis that shrinks, linear along one that grows), bytes rounded.`
      : `2. ${spacingMm.some((mm) => mm !== null) ? `Resample to ${spacingMm.map((mm) => mm ?? "own").join(" × ")} mm. ` : ""}${intensityText(input)}; patches of ${size} slide over it, ${prediction.overlap * 100} % of each seen again, ${prediction.weights} weights.`,
    `3. ${kind === "2.5d" ? `Channels of ${neighbours} slices below and above stand before and after a slice's own. ` : ""}The input ${input.name ?? ""} is float32, channels ${input.channels}.`,
    `4. The output ${output.name ?? ""} is ${output.values}, ${output.activation}, of ${output.classes.map(({ name, label }) => `${label} ${name}`).join(", ")}.${prediction.mirrors.length > 0 ? ` The mean over the mirror images along ${prediction.mirrors.join(", ")} counts.` : ""}`,
    "5. Numbers, not labels, go back to the scan's size, linear between pixel centres.",
    prediction.tumourThreshold === undefined
      ? "6. The likeliest class is the label."
      : `6. Background where it is likelier than liver and tumour together; else tumour where its share of the two is above ${prediction.tumourThreshold}; else liver.`,
    `7. ${prediction.largestLiver ? "Only the largest 26-connected part of liver and tumour stays. " : ""}Tumours (26-connected) of fewer than ${prediction.smallestTumourVoxels} voxels or ${prediction.smallestTumourMl} mL become liver.`,
  ];
}

function intensityText({ intensity }: NetworkSpec["input"]): string {
  switch (intensity.scheme) {
    case "windows": {
      const shown = intensity.windows.map(({ width, level }) => `width ${width} level ${level} HU`);
      return `a channel of bytes for each window (${shown.join("; ")}), floor(255 · clipped)${intensity.histogram ? ", then the slice's place in its own frequency histogram (fastai hist_scaled, 100 bins)" : ""}; bytes become (v/255 − ½) · 2`;
    }
    case "range":
      return `HU clipped to ${intensity.range.join("…")}, then linearly to ${intensity.to.join("…")}`;
    case "clip-zscore":
      return `HU clipped to ${intensity.range.join("…")}, minus ${intensity.mean}, divided by ${intensity.sd}`;
    case "hu":
      return "HU as they are";
  }
}
