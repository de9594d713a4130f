import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { type Architecture, architectureSchema } from "../model/index.ts";
import { classCount, inputChannels } from "../slices/index.ts";
import { augmentationSchema } from "./augment/augmentation.ts";
import { lossSchema } from "./step/loss.ts";
import { optimiserSchema } from "./step/optimisers.ts";
import { scheduleSchema } from "./step/schedule.ts";

type WithoutData<Settings> = Settings extends unknown
  ? Omit<Settings, "channels" | "classes">
  : never;

/** A network but for what the data decide: the channels that go in, the classes that come out. */
export type NetworkChoice = WithoutData<Architecture>;

export type ArchitectureName = Architecture["architecture"];

const whole = z.number().int();
const count = whole.min(1);
const share = z.number().min(0).max(1);

const networkSchema = z.looseObject({ architecture: z.string() }).transform((value, context) => {
  // Any numbers do for the check: the data's own come in `architectureOf`.
  const checked = architectureSchema.safeParse({ ...value, channels: 3, classes: classCount });
  if (!checked.success) {
    for (const { path, message } of checked.error.issues) {
      context.addIssue({ code: "custom", path, message });
    }
    return z.NEVER;
  }
  return value as NetworkChoice; // it is an Architecture once the data's numbers are there
});

/**
 * How a network is built and trained, as data: the built-in recipes are rows of `recipes`, and one's
 * own is a JSON file with the same fields. What has no default must be there.
 */
export const recipeSchema = z
  .strictObject({
    name: z.string().min(1),
    /** What it is for, in a line. */
    about: z.string().default(""),
    network: networkSchema,
    /** Slices are stretched to imageSize × imageSize. */
    imageSize: count,
    /** Slices above and below that the network sees too. */
    neighbours: whole.min(0).default(0),
    /** Slices that are held in memory at once. */
    batchSize: count,
    /** Batches whose gradients' mean one step takes. */
    accumulate: count.default(1),
    /** An epoch is the training slices once, but at most so many steps. */
    epochs: count,
    mostStepsPerEpoch: count,
    /** The schedule's top. */
    learningRate: z.number().positive(),
    schedule: scheduleSchema,
    optimiser: optimiserSchema,
    /** A gradient whose Euclidean norm is larger is scaled down to it. Default: none is. */
    clipNorm: z.number().positive().optional(),
    /** Keeps a running average of the weights, of which each step leaves this share. Default: none. */
    averageDecay: z.number().min(0).lt(1).optional(),
    loss: lossSchema,
    /** Share of each batch that is drawn from slices with tumour, which are rare. */
    tumourShare: share.default(0),
    /** Share of each batch that is drawn, besides, from slices with liver. */
    liverShare: share.default(0),
    /** Each case is as likely as any other, however many slices it has. */
    byCase: z.boolean().default(false),
    augmentation: augmentationSchema,
    /** Share of the patients to learn from that is set aside to choose the best epoch by. Default: none is. */
    watchShare: z.number().gt(0).lt(1).optional(),
    /** Epochs without a better one after which training stops. Default: all epochs are run. */
    patience: count.optional(),
    /** Networks that learn from the same patients, each from another seed; their mean predicts. */
    members: count.max(20).default(1),
    /** Whether a prediction is the mean over the image and its mirror images. */
    mirrors: z.boolean().default(false),
    /** A predicted tumour of fewer voxels becomes liver. */
    smallestTumour: whole.min(0).default(0),
    /** What of liver and tumour together must be tumour for a tumour. Default: the likeliest class. */
    tumourThreshold: z.number().gt(0).lt(1).optional(),
  })
  .refine(({ tumourShare, liverShare }) => tumourShare + liverShare <= 1, {
    path: ["liverShare"],
    error: "tumourShare and liverShare are more than the batch together",
  })
  .refine(({ patience, watchShare }) => patience === undefined || watchShare !== undefined, {
    path: ["patience"],
    error: "patience needs a watchShare: held-out patients choose nothing",
  });

export type Recipe = Readonly<z.infer<typeof recipeSchema>>;

/**
 * A recipe from data, checked.
 *
 * @throws `usage.argument` naming every field that is not what it should be
 */
export function parseRecipe(data: unknown): Recipe {
  const checked = recipeSchema.safeParse(data);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new HeparError("usage.argument", `not a recipe: ${problems.join("; ")}`, {
    hint: "hepar recipes --json prints whole recipes to start from",
  });
}

/** The network of a recipe, with the channels and classes of its slices. */
export const architectureOf = ({
  network,
  neighbours,
}: Pick<Recipe, "network" | "neighbours">): Architecture => ({
  ...network,
  channels: inputChannels(neighbours).length,
  classes: classCount,
});
