import { z } from "zod";
import { sliceOrientations } from "../slices/index.ts";
import { architectureSchema } from "./architectures.ts";

const fields = z.object({
  format: z.literal("hepar-model/1"),
  architecture: architectureSchema,
  /** Each axial slice is stretched to imageSize × imageSize. */
  imageSize: z.number().int().positive(),
  /**
   * So many slices below and above are seen with each slice (2.5D): the input's channels are the
   * windows of 2 · neighbours + 1 slices, from the lowest to the highest.
   */
  neighbours: z.number().int().nonnegative().default(0),
  /** How the slices it learned from were cut; those that it is shown are cut alike. Not there: radiological. */
  orientation: z.enum(sliceOrientations).optional(),
  /** How its predictions are made. */
  prediction: z
    .object({
      /** The mean logits of each slice and its mirror images. */
      mirrors: z.boolean().default(false),
      /** Tumours of fewer voxels, 26-connected, become liver. */
      smallestTumour: z.number().int().nonnegative().default(0),
      /**
       * A pixel is background where that outweighs liver and tumour together, else tumour where
       * that is more than this share of the two. Not there: the likeliest of the three.
       */
      tumourThreshold: z.number().gt(0).lt(1).optional(),
    })
    .default({ mirrors: false, smallestTumour: 0 }),
  /** What the input's channels are, in order. */
  inputChannels: z.array(z.string()),
  /** What the output's classes are, in order. */
  classes: z.array(z.string()),
  training: z.object({
    recipe: z.string(),
    epochs: z.number().int(),
    steps: z.number().int(),
    seed: z.number(),
    fold: z.number().int(),
    trainCases: z.array(z.string()),
    /** Set aside from those to learn from: they chose the epoch, and so are no judges of it. */
    watchCases: z.array(z.string()).optional(),
    /** These and the former with their content (voxels_sha256 of the catalogue), so that they are known under other names and in other cohorts. */
    trainScans: z
      .array(z.object({ case: z.string(), patient: z.string(), sha256: z.string() }))
      .optional(),
    heldOutCases: z.array(z.string()),
    /** Whose weights these are: the last epoch's, or those that segment the cases set aside best. */
    chosen: z
      .object({
        by: z.enum(["last", "set-aside"]),
        epoch: z.number().int(),
        /** Mean Dice of liver and tumour on the cases set aside. */
        score: z.number().nullable(),
      })
      .optional(),
    seconds: z.number(),
    runtime: z.string(),
  }),
  /** Of weights.safetensors. */
  weightsSha256: z.string(),
  /** Of model.onnx, which says how to run the network but not whom it learned from. */
  onnxSha256: z.string().optional(),
});

/** models/<model>/model.json: everything needed to run the network, and where it came from. */
export const modelDescriptionSchema = fields.superRefine((description, context) => {
  const { architecture, neighbours, inputChannels, classes } = description;
  const differ = (message: string): void => context.addIssue({ code: "custom", message });
  if (inputChannels.length !== architecture.channels) {
    differ(`${architecture.channels} channels have ${inputChannels.length} names`);
  }
  if (classes.length !== architecture.classes) {
    differ(`${architecture.classes} classes have ${classes.length} names`);
  }
  const slices = 2 * neighbours + 1;
  if (architecture.channels % slices !== 0) {
    differ(`${architecture.channels} channels are not those of ${slices} slices`);
  }
});

export type ModelDescription = z.infer<typeof modelDescriptionSchema>;
