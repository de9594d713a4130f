import { z } from "zod";

/** A whole number of 1 or more. */
export const count = z.number().int().positive();

/** One number for every stage, or a list of them. */
export const perStage = z.union([count, z.array(count).readonly()]);

/** For each stage one number a spatial axis. */
export const perAxis = z.array(z.array(count).readonly()).readonly();

/** What the settings of every architecture say. */
export const commonSettings = {
  /** Channels of the input image. */
  channels: count,
  /** Output classes, background included. */
  classes: count,
};
