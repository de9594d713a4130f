export { type NnunetCase, nnunetFiles, writeNnunetCase } from "./nnunet-case.node.ts";
export { claimNnunetFolder, closeNnunetFolder, openNnunetFolder } from "./nnunet-folder.node.ts";
