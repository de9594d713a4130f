export {
  temporaryPrefix,
  writeAtomically,
  writeError,
  writeFoldersAtomically,
} from "./atomic.node.ts";
export { makeFolder } from "./folder.node.ts";
export { sha256OfBytes, sha256OfFile, sha256OfJson } from "./hash.node.ts";
export { readJson, writeJson } from "./json.node.ts";
export { freeMemory, memory } from "./memory.node.ts";
