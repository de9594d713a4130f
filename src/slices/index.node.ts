export { type BroughtBack, bringBack } from "./back.node.ts";
export { convertCase, type PartWorkers } from "./convert.node.ts";
export { type ConvertPart, convertPart, partBytes } from "./convert-part.node.ts";
export { type EstimatedSlice, estimateSlice } from "./estimate.node.ts";
export { readImage, readMask, writeImage, writeMask } from "./image.node.ts";
export { readShown } from "./picture.node.ts";
export { type SaveJpgOptions, saveJpg } from "./save-jpg.node.ts";
export { saveTif16 } from "./save-tif16.node.ts";
export { verifyCase } from "./verify.node.ts";
