import { z } from "zod";
import { architectureSchema } from "./architectures.ts";

/** models/<model>/model.json: everything needed to run the network, and where it came from. */
export const modelDescriptionSchema = z.object({
  format: z.literal("hepar-model/1"),
  architecture: architectureSchema,
  /** Each axial slice is stretched to imageSize × imageSize. */
  imageSize: z.number().int().positive(),
  /** Slices above and below that are channels too: three windows of each of 2 · neighbours + 1. */
  neighbours: z.number().int().nonnegative().default(0),
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
    /** The same with their content (voxels_sha256 of the catalogue), so that they are known under other names and in other cohorts. */
    trainScans: z
      .array(z.object({ case: z.string(), patient: z.string(), sha256: z.string() }))
      .optional(),
    heldOutCases: z.array(z.string()),
    seconds: z.number(),
    runtime: z.string(),
  }),
  /** Of weights.safetensors. */
  weightsSha256: z.string(),
  /** Of model.onnx, which says how to run the network but not whom it learned from. */
  onnxSha256: z.string().optional(),
});

export type ModelDescription = z.infer<typeof modelDescriptionSchema>;
