export { type ModelDescription, modelDescriptionSchema } from "./description.ts";
export {
  countWeights,
  fromFlat,
  type Initialiser,
  initialWeights,
  type Network,
  type Parameter,
  type Parameters,
  parametersOf,
  splitFlat,
} from "./parameters.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from "./safetensors.ts";
export { type UnetSettings, unet } from "./unet.ts";
export { type Unet2015Settings, unet2015 } from "./unet-2015.ts";
