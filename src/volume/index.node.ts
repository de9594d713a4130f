export { readCt, readLabels, readNiftiHeader, writeNifti } from "./nifti.node.ts";
