import { z } from "zod";
import { HeparError } from "../core/index.ts";
import type { Network } from "./parameters.ts";
import { resnet34Unet, resnet34UnetSchema } from "./resnet34-unet.ts";
import { unet } from "./unet.ts";
import { unet2015, unet2015Schema } from "./unet-2015.ts";
import { unetSchema } from "./unet-settings.ts";

/** The settings of every architecture, as model.json holds them. A new one is a row here … */
export const architectureSchema = z.discriminatedUnion("architecture", [
  unetSchema,
  unet2015Schema,
  resnet34UnetSchema,
]);

/** A network as data. */
export type Architecture = z.infer<typeof architectureSchema>;

type ArchitectureName = Architecture["architecture"];

/** … and one here, without which it does not compile. */
const networks: {
  readonly [Name in ArchitectureName]: (
    settings: Extract<Architecture, { architecture: Name }>,
  ) => Network;
} = { unet, unet2015, "resnet34-unet": resnet34Unet };

/**
 * The network that settings describe.
 *
 * @throws `model.invalid` when they describe none; later `graph.shape` when an image does not fit
 */
export function networkOf(settings: Architecture): Network {
  const networkFrom = networks[settings.architecture] as (settings: Architecture) => Network;
  const network = networkFrom(settings);
  return (x, builder) => {
    if (x.shape[1] === settings.channels) return network(x, builder);
    throw new HeparError(
      "graph.shape",
      `the network takes images of ${settings.channels} channels, got [${x.shape.join(",")}]`,
    );
  };
}
