import { open, readFile } from "node:fs/promises";
import { HeparError } from "../core/index.ts";
import { decodeSafetensors, type NamedTensor } from "./safetensors.ts";
import { readTorchCheckpoint } from "./torch-checkpoint.node.ts";

/**
 * The tensors of a safetensors file, or of one that `torch.save` wrote, by name, as float32. Which of
 * them it is, its first bytes say, not its name.
 *
 * @throws `input.missing`, `input.unreadable`; `model.invalid` when it is neither, or damaged
 */
export async function readCheckpoint(path: string): Promise<Readonly<Record<string, NamedTensor>>> {
  if (!(await isSafetensors(path))) return readTorchCheckpoint(path);
  const bytes = await readFile(path);
  try {
    return decodeSafetensors(bytes).tensors;
  } catch (thrown) {
    throw thrown instanceof HeparError ? thrown.inFile(path) : thrown;
  }
}

/** A safetensors file begins with the length of its header, which is JSON. */
async function isSafetensors(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  // What cannot be opened, the other reader explains.
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(9), position: 0 });
    return bytesRead === 9 && buffer.toString("latin1", 8) === "{";
  } finally {
    await file.close();
  }
}
