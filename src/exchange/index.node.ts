export { type ExportedOnnx, exportOnnx } from "./export-onnx.node.ts";
export { type ImportedNetwork, importOnnx } from "./import-onnx.node.ts";
export { type NnunetCase, nnunetFiles, writeNnunetCase } from "./nnunet-case.node.ts";
export { claimNnunetFolder, closeNnunetFolder, openNnunetFolder } from "./nnunet-folder.node.ts";
