export { readCt, readLabels, readNiftiHeader } from "./nifti/nifti.node.ts";
export {
  readCtSlices,
  readLabelSlices,
  type Slice,
  type SliceReader,
} from "./nifti/slices.node.ts";
export { writeNifti, writeNiftiSlices } from "./nifti/write.node.ts";
