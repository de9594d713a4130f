import { z } from "zod";
import { windows } from "../slices/index.ts";
import type { ModelDescription } from "./description.ts";

/**
 * @file How a network wants its input and what its output means: all that is needed to run an ONNX
 * file on a scan, whoever trained it. hepar's own model.json says the same in fewer words
 * (`specOf`); a network from elsewhere has it as network.json beside its model.onnx.
 *
 * Lengths, spacings and axes are in the tensor's order, slowest first, as in PyTorch, MONAI and
 * nnU-Net: [slices, rows, columns] in 3D, [rows, columns] in 2D.
 */

const count = z.number().int().positive();
const finite = z.number();
const range = z
  .tuple([finite, finite])
  .refine(([low, high]) => low < high, { error: "expected the lower number first" });

/** Directions in which columns, rows and slices run: one of each pair R/L, A/P, S/I. */
const isOrientation = (codes: string): boolean =>
  codes.length === 3 &&
  ["RL", "AP", "SI"].every((pair) => [...codes].some((c) => pair.includes(c)));

/**
 * Which way the tensor's axes run through the patient: `LPS` (columns to the left, rows to the back,
 * slices upwards: hepar's and most of the field's slices), any other such three letters (`SAR` is
 * MONAI's Orientation RAS, whose last axis is S), `stored` (as the file has them, nnU-Net's way), or
 * `notebook` (np.rot90 of what is stored).
 */
const orientation = z.union([
  z.enum(["stored", "notebook"]),
  z.string().refine(isOrientation, {
    error: "expected one direction of each pair R/L, A/P, S/I, such as LPS",
  }),
]);

/** What becomes of HU before the network sees them. */
const intensity = z.discriminatedUnion("scheme", [
  /** hepar's own: a channel of bytes for each window, then the frequency histogram; −1 to 1. */
  z.object({
    scheme: z.literal("windows"),
    windows: z.array(z.object({ width: z.number().min(2), level: finite })),
    histogram: z.boolean(),
  }),
  /** clip(HU, range), then range → to, linearly: MONAI's ScaleIntensityRange with clip. */
  z.object({ scheme: z.literal("range"), range, to: range.default([0, 1]) }),
  /** (clip(HU, range) − mean) / sd: nnU-Net's CTNormalization. */
  z.object({
    scheme: z.literal("clip-zscore"),
    range,
    mean: finite,
    sd: z.number().positive(),
  }),
  /** HU as they are. */
  z.object({ scheme: z.literal("hu") }),
]);

const input = z.object({
  /** Of the ONNX graph's input; not there: its only one. */
  name: z.string().optional(),
  /** `2.5d`: a slice and its neighbours as channels, from the lowest to the highest. */
  kind: z.enum(["2d", "2.5d", "3d"]),
  /** Slices seen below and above each one; 2.5d alone. */
  neighbours: z.number().int().nonnegative().default(0),
  /** `first`: [n, c, …], PyTorch's; `last`: [n, …, c], TensorFlow's. */
  channels: z.enum(["first", "last"]).default("first"),
  /** The shape of what it sees at once, [rows, columns] or [slices, rows, columns]. */
  patch: z.array(count).min(2).max(3),
  /**
   * `window`: patches slide over the scan; `stretch`: each whole slice is stretched to the patch
   * (2d and 2.5d).
   */
  cover: z.enum(["window", "stretch"]).default("window"),
  /** The patch's voxels in mm, [slices, rows, columns]; null along an axis that stays as it is. */
  spacingMm: z
    .tuple([
      z.number().positive().nullable(),
      z.number().positive().nullable(),
      z.number().positive().nullable(),
    ])
    .default([null, null, null]),
  orientation: orientation.default("LPS"),
  intensity,
});

const output = z.object({
  /** Of the ONNX graph's output; not there: its only one. */
  name: z.string().optional(),
  /** What its numbers are. */
  values: z.enum(["logits", "probabilities"]).default("logits"),
  /** `softmax`: one class a voxel; `sigmoid`: each channel is a region, and regions overlap. */
  activation: z.enum(["softmax", "sigmoid"]).default("softmax"),
  /**
   * The channels in order, and the label that each stands for: 0 background, 1 liver, 2 tumour;
   * other numbers survive. Of regions, a later one above ½ takes a voxel from an earlier one.
   */
  classes: z.array(z.object({ name: z.string(), label: z.number().int().min(0).max(255) })).min(1),
});

/** How probabilities become labels, and what is done to these; each can be chosen when predicting. */
const prediction = z.object({
  /** Share of a patch that the next one sees again. MONAI's default is 0.25, nnU-Net's 0.5. */
  overlap: z.number().min(0).lt(1).default(0.5),
  /** How a voxel's patches are weighed: by a Gaussian of σ = patch / 8 about their middle, or alike. */
  weights: z.enum(["gaussian", "constant"]).default("gaussian"),
  /** Axes along which mirror images are seen too, in every combination; their mean counts. */
  mirrors: z.array(z.enum(["slices", "rows", "columns"])).default([]),
  /** See `tumourThreshold` of a model.json; not there: the likeliest class. */
  tumourThreshold: z.number().gt(0).lt(1).optional(),
  /** Only the largest connected part of liver and tumour stays. */
  largestLiver: z.boolean().default(true),
  /** Tumour further than so many mm from the liver becomes background; null: wherever it is. */
  tumourWithinMm: z.number().nonnegative().nullable().default(null),
  /** Tumours below become liver, in mL. */
  smallestTumourMl: z.number().nonnegative().default(0),
  /** The same in voxels of the scan, where spacing does not count. */
  smallestTumourVoxels: z.number().int().nonnegative().default(0),
});

/** Order of the splines between voxels: 0 nearest, 1 linear, 3 cubic. */
const resampling = z.object({
  /** To the network's spacing; nnU-Net: 3. */
  image: z.union([z.literal(1), z.literal(3)]).default(1),
  /** Whether a Gaussian goes first where voxels become larger. */
  antialias: z.boolean().default(false),
  /** Of the output's numbers on the way back, before they become labels; nnU-Net: 1. */
  output: z.union([z.literal(0), z.literal(1)]).default(1),
});

const spread = z.object({ mean: finite, sd: z.number().nonnegative() });

/** What the training scans were like, so that a scan that is unlike them can be told. */
const training = z.object({
  /** HU between which nearly all voxels of the liver lie (0.5 and 99.5 %). */
  liverHuRange: range.optional(),
  /** Of each scan's mean HU in the liver, tumours left out: it tells the contrast phase. */
  liverHu: spread.optional(),
  /** Of livers, tumours included. */
  liverMl: range.optional(),
  /** In words, such as "portal venous". */
  phase: z.string().optional(),
  scans: count.optional(),
  /** False lesions on scans without tumours that it never saw, as measured. */
  tumourFree: z
    .object({
      scans: count,
      scansWithTumour: z.number().int().nonnegative(),
    })
    .optional(),
});

const fields = z.object({
  format: z.literal("hepar-network/1"),
  name: z.string().min(1),
  /** Of the network, in its makers' words. */
  version: z.string().optional(),
  licence: z.string().optional(),
  input,
  output,
  resampling: resampling.prefault({}),
  prediction: prediction.prefault({}),
  training: training.prefault({}),
  /** Of model.onnx. */
  onnxSha256: z.string().optional(),
});

/**
 * What a network wants and what it gives.
 *
 * @see MONAI SlidingWindowInferer, nnU-Net plans.json and dataset.json, whose words these are where
 *   they have one
 */
export const networkSpecSchema = fields.superRefine((spec, context) => {
  const { kind, neighbours, patch, cover } = spec.input;
  const differ = (message: string, ...path: string[]): void =>
    context.addIssue({ code: "custom", message, path });
  const rank = kind === "3d" ? 3 : 2;
  if (patch.length !== rank) {
    differ(`a ${kind} network's patch has ${rank} lengths, got ${patch.length}`, "input", "patch");
  }
  if ((kind === "2.5d") !== neighbours > 0) {
    differ(
      `neighbours: expected ${kind === "2.5d" ? "1 or more" : "0"}, got ${neighbours}`,
      "input",
      "neighbours",
    );
  }
  if (kind === "3d" && cover === "stretch") {
    differ("only slices are stretched: expected cover window for 3d", "input", "cover");
  }
  if (cover === "stretch" && spec.input.spacingMm.some((size) => size !== null)) {
    differ(
      "a slice that is stretched has no spacing: expected null, null, null",
      "input",
      "spacingMm",
    );
  }
  const { activation, classes } = spec.output;
  if (activation === "softmax" && classes.length < 2) {
    differ("softmax has two classes or more; of one, say sigmoid", "output", "classes");
  }
  const labels = classes.map(({ label }) => label);
  if (new Set(labels).size !== labels.length) {
    differ(`two classes have one label: ${labels.join(", ")}`, "output", "classes");
  }
  if (activation === "softmax" && !labels.includes(0)) {
    differ("no class is the background (label 0)", "output", "classes");
  }
  if (spec.prediction.tumourThreshold !== undefined && labels.join() !== "0,1,2") {
    differ(
      "a tumour threshold needs the classes background, liver, tumour",
      "prediction",
      "tumourThreshold",
    );
  }
});

export type NetworkSpec = z.infer<typeof networkSpecSchema>;

/** Channels of the network's input: those of its intensities, for each slice that it sees. */
export function channelCountOf({ input }: Pick<NetworkSpec, "input">): number {
  const { intensity, neighbours } = input;
  const each =
    intensity.scheme === "windows" ? intensity.windows.length + (intensity.histogram ? 1 : 0) : 1;
  return each * (2 * neighbours + 1);
}

/** What one of hepar's own networks wants and gives: the same as its model.json says. */
export function specOf(
  description: ModelDescription,
  { name }: { readonly name: string },
): NetworkSpec {
  const { imageSize, neighbours, prediction, classes, onnxSha256 } = description;
  return networkSpecSchema.parse({
    format: "hepar-network/1",
    name,
    input: {
      name: "image",
      ...(neighbours > 0 ? { kind: "2.5d", neighbours } : { kind: "2d" }),
      patch: [imageSize, imageSize],
      cover: "stretch",
      orientation: description.orientation === "notebook" ? "notebook" : "LPS",
      intensity: {
        scheme: "windows",
        windows: [windows.liver, windows.custom],
        histogram: true,
      },
    },
    output: {
      name: "logits",
      classes: classes.map((name, label) => ({ name, label })),
    },
    // resizeBytes and resizeLogits blur where pixels become larger.
    resampling: { image: 1, antialias: true, output: 1 },
    prediction: {
      mirrors: prediction.mirrors ? ["columns", "rows"] : [],
      ...(prediction.tumourThreshold === undefined
        ? {}
        : { tumourThreshold: prediction.tumourThreshold }),
      smallestTumourVoxels: prediction.smallestTumour,
    },
    ...(onnxSha256 === undefined ? {} : { onnxSha256 }),
  } satisfies z.input<typeof networkSpecSchema>);
}
