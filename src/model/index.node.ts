export { readModel, type StoredModel, writeModel } from "./model-folder.node.ts";
