export { readDescription, readModel, type StoredModel, writeModel } from "./model-folder.node.ts";
