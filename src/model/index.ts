export { type Architecture, architectureSchema, networkOf } from "./architectures.ts";
export { type BuildOptions, type Built, build, inventoryOf } from "./build.ts";
export { tensorsOf, vectorsOf } from "./checkpoint.ts";
export { type ModelDescription, modelDescriptionSchema } from "./description.ts";
export { withEncoderWeights } from "./encoder-weights.ts";
export {
  cutFlat,
  initialVectors,
  lengthOf,
  type NetworkVectors,
  splitFlat,
} from "./flat.ts";
export {
  channelCountOf,
  type NetworkSpec,
  networkSpecSchema,
  specOf,
} from "./network-spec.ts";
export { nameFromNnunet } from "./nnunet-names.ts";
export type {
  Builder,
  Initialiser,
  Inventory,
  NamedShape,
  Network,
  Parameter,
  Statistic,
} from "./parameters.ts";
export { type Resnet34UnetSettings, resnet34Unet } from "./resnet34-unet.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from "./safetensors.ts";
export { unet } from "./unet.ts";
export { type Unet2015Settings, unet2015 } from "./unet-2015.ts";
export type { UnetSettings } from "./unet-settings.ts";
