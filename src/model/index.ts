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
