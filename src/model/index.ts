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
export { type UnetSettings, unet } from "./unet.ts";
