export { readCheckpoint } from "./checkpoint.node.ts";
export { readDescription, readModel, type StoredModel, writeModel } from "./model-folder.node.ts";
export {
  isForeignNetwork,
  networkFile,
  readNetwork,
  readNetworkSpec,
} from "./network-folder.node.ts";
export { readTorchCheckpoint } from "./torch-checkpoint.node.ts";
