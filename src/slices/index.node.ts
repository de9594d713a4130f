export { convertCase, type PartWorkers } from "./convert.node.ts";
export { type ConvertPart, convertPart } from "./convert-part.node.ts";
export { readImage, readMask, writeImage, writeMask } from "./image.node.ts";
export { type SaveJpgOptions, saveJpg } from "./save-jpg.node.ts";
export { saveTif16 } from "./save-tif16.node.ts";
