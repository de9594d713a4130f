import { z } from "zod";

/** A whole number of 1 or more. */
export const count = z.number().int().positive();

/** What the settings of every architecture say. */
export const commonSettings = {
  /** Channels of the input image. */
  channels: count,
  /** Output classes, background included. */
  classes: count,
};
