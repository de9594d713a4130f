/**
 * The folders of `src/`, left to right. An import points into its own folder or to the left, and
 * folders meet only at their doors (`index.ts`, and `index.node.ts` where a machine is needed).
 * `test/architecture.test.ts` enforces it; DESIGN and CONTRIBUTING explain it.
 */
export const layers = [
  "core", // what do numbers and errors mean?
  "files", // how is a file written whole, or not at all?
  "volume", // where is a voxel in the patient?
  "phantom", // what would a scan with known truth look like?
  "catalog", // which cases exist?
  "study", // what do the masks say?
  "slices", // what does the network see?
  "onnx", // how is a graph differentiated?
  "wasm", // how does it run in a browser?
  "model", // which network?
  "train", // how does it learn?
  "predict", // what is in this scan?
  "evaluate", // how right is it?
  "report", // how is it shown?
  "exchange", // how do others read it?
  "cohort", // how is it all done, in order and again?
  "cli", // a thin shell
] as const;
