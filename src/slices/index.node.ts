export { convertCase } from "./convert.node.ts";
export { readImage, readMask, writeImage, writeMask } from "./image.node.ts";
