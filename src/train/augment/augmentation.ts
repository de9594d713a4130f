import { z } from "zod";

const probability = z.number().min(0).max(1);

/** A factor between two, log-uniform: halving is as likely as doubling. */
const factors = z
  .strictObject({ probability, smallest: z.number().positive(), largest: z.number().positive() })
  .refine(({ smallest, largest }) => smallest <= largest, "smallest is above largest");

/**
 * At most so many cells of the grid's pitch may a control point move for the bent plane not to fold:
 * 1 / 2.046.
 *
 * @see Choi & Lee 2000, Injectivity conditions of 2D and 3D uniform cubic B-spline functions
 */
const unfolded = 0.48;

/**
 * How training slices may be changed, each change by its own chance and within its own range; one
 * that is not named is not made. Geometry first (one interpolation for all of it), then greys, blur,
 * resolution and noise.
 */
export const augmentationSchema = z.strictObject({
  /**
   * Up to so many artificial lesions are painted into the liver: their radius as a share of the side,
   * and how much darker they are than the liver, in HU.
   */
  lesions: z
    .strictObject({
      probability,
      most: z.number().int().min(1),
      radius: z.strictObject({ smallest: z.number().positive(), largest: z.number().max(0.5) }),
      darker: z.strictObject({ least: z.number().positive(), most: z.number() }),
    })
    .refine(({ radius }) => radius.smallest <= radius.largest, "smallest is above largest")
    .refine(({ darker }) => darker.least <= darker.most, "least is above most")
    .optional(),
  /** How likely a mirror image is. Left-right puts the liver on the wrong side, up-down the spine in front. */
  mirror: z.strictObject({ leftRight: probability, upDown: probability }).optional(),
  /** Turned, up to so many degrees either way. */
  rotation: z.strictObject({ probability, degrees: z.number().min(0).max(180) }).optional(),
  /** Enlarged. */
  scale: factors.optional(),
  /** Moved along each axis, up to such a share of the side either way. */
  shift: z.strictObject({ probability, share: z.number().min(0).max(1) }).optional(),
  /**
   * Bent by a cubic B-spline: control points on a grid of `cells` × `cells` move along each axis by
   * up to a share of the side.
   */
  elastic: z
    .strictObject({ probability, cells: z.number().int().min(1), share: z.number().min(0) })
    .refine(({ cells, share }) => cells * share <= unfolded, {
      error: `the plane would fold: cells · share must be ${unfolded} or less`,
    })
    .optional(),
  /** Grey v between 0 (black) and 1 becomes v to this power; drawn for each window by itself. */
  gamma: factors.optional(),
  /** As `gamma`, of the negative: 1 − (1 − v) to this power. */
  invertedGamma: factors.optional(),
  /** Distance from middle grey is multiplied; drawn for each window by itself. */
  contrast: factors.optional(),
  /** Added to the grey, up to such a share of the range either way; for each window by itself. */
  brightness: z.strictObject({ probability, share: z.number().min(0).max(1) }).optional(),
  /** Gaussian blur; its standard deviation, uniform, in pixels. */
  blur: z
    .strictObject({ probability, smallest: z.number().positive(), largest: z.number().positive() })
    .optional(),
  /** Seen at such a fraction of the resolution: nearest neighbour down, linear up. */
  lowResolution: factors.refine(({ largest }) => largest <= 1, "largest is above 1").optional(),
  /** Gaussian noise; its standard deviation, uniform from 0, as a share of the range. */
  noise: z.strictObject({ probability, deviation: z.number().min(0) }).optional(),
});

export type Augmentation = Readonly<z.infer<typeof augmentationSchema>>;

/** Changes nothing. */
export const noAugmentation: Augmentation = {};

/** For phantoms, which differ little. */
export const mildAugmentation: Augmentation = {
  rotation: { probability: 1, degrees: 15 },
  scale: { probability: 1, smallest: 1 / 1.25, largest: 1.25 },
  shift: { probability: 1, share: 0.06 },
  gamma: { probability: 1, smallest: 1 / 1.1, largest: 1.1 },
  contrast: { probability: 1, smallest: 0.9, largest: 1.1 },
  brightness: { probability: 1, share: 0.05 },
  noise: { probability: 0.25, deviation: 0.04 },
};

/** For patients: scanners, phases and bodies differ much more than phantoms do. */
export const usualAugmentation: Augmentation = {
  rotation: { probability: 1, degrees: 20 },
  scale: { probability: 1, smallest: 1 / 1.4, largest: 1.4 },
  shift: { probability: 1, share: 0.08 },
  gamma: { probability: 1, smallest: 1 / 1.5, largest: 1.5 },
  contrast: { probability: 1, smallest: 0.75, largest: 1.25 },
  brightness: { probability: 1, share: 0.12 },
  // Noise on each slice would hide small lesions.
  noise: { probability: 0.25, deviation: 0.06 },
};

/** The usual, and what else nnU-Net does, at its probabilities. */
export const strongAugmentation: Augmentation = {
  ...usualAugmentation,
  elastic: { probability: 0.2, cells: 6, share: 0.04 },
  invertedGamma: { probability: 0.1, smallest: 0.7, largest: 1.5 },
  blur: { probability: 0.1, smallest: 0.5, largest: 1 },
  lowResolution: { probability: 0.125, smallest: 0.5, largest: 1 },
};

/**
 * Strong, with lesions painted into every second slice that shows liver: of thirteen patients with
 * lesions of a few kinds, a network learns those kinds alone.
 */
export const lesionAugmentation: Augmentation = {
  ...strongAugmentation,
  lesions: {
    probability: 0.5,
    most: 3,
    radius: { smallest: 0.01, largest: 0.08 },
    // Less would hardly show in the noise, and teach to see lesions where there are none.
    darker: { least: 20, most: 70 },
  },
};
