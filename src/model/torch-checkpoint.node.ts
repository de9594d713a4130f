import { type FileHandle, open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { type Entry, fromFdPromise, type ZipFile } from "yauzl";
import { HeparError } from "../core/index.ts";
import type { NamedTensor } from "./safetensors.ts";
import { type TorchArchive, torchTensors } from "./torch-checkpoint.ts";
import { refuse } from "./torch-checkpoint-values.ts";

/**
 * The tensors of a file that `torch.save` wrote, by name, as float32, row-major. Nothing in it is
 * ever run: it is read as data, and what is no state dict is refused. The state dict may be the whole
 * of the file, or lie in it as "state_dict" or "model".
 *
 * @throws `input.missing`, `input.unreadable`; `model.invalid` when it is cut off, damaged, in
 *   PyTorch's format of before 1.6, or holds anything but tensors
 * @see PyTorch, torch/serialization.py
 */
export async function readTorchCheckpoint(path: string): Promise<Record<string, NamedTensor>> {
  const file = await openFile(path);
  try {
    await requireZip(file);
    const zip = await fromFdPromise(file.fd, { autoClose: false });
    return torchTensors(await readArchive(zip));
  } catch (thrown) {
    throw asInvalid(thrown).inFile(path);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new HeparError(
      isMissing ? "input.missing" : "input.unreadable",
      isMissing ? "there is no such file" : "cannot be read",
      { file: path, cause },
    );
  }
}

/** The zip reader has errors of its own. */
const asInvalid = (thrown: unknown): HeparError =>
  thrown instanceof HeparError
    ? thrown
    : new HeparError(
        "model.invalid",
        `not a readable PyTorch state dict: ${thrown instanceof Error ? thrown.message : thrown}`,
        { hint: "copy or download the file again", cause: thrown },
      );

async function requireZip(file: FileHandle): Promise<void> {
  const { buffer: start } = await file.read({ buffer: Buffer.alloc(4), position: 0 });
  if (start.toString("latin1") === "PK\x03\x04") return;
  // A pickle of protocol 2 at once: the number by which PyTorch knew its files before 1.6.
  if (start.toString("latin1") !== "\x80\x02\x8a\x0a") {
    refuse("it is no zip archive", "name a file that torch.save(model.state_dict(), …) wrote");
  }
  refuse(
    "it is in the format of PyTorch before 1.6",
    `convert it: python -c "import torch; torch.save(torch.load('old.pth', map_location='cpu', weights_only=True), 'new.pth')"`,
  );
}

async function readArchive(zip: ZipFile): Promise<TorchArchive> {
  const entries = await entriesOf(zip);
  const [pickleName, ...others] = [...entries.keys()].filter((name) => name.endsWith("/data.pkl"));
  if (pickleName === undefined || others.length > 0) {
    return refuse(`it has ${others.length === 0 ? "no" : "more than one"} data.pkl`);
  }
  const folder = pickleName.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && (await readEntry(zip, order)).toString() !== "little") {
    refuse(
      "its numbers are stored with the highest byte first",
      "save it again on another machine",
    );
  }
  const storages = new Map<string, Uint8Array>();
  let pickle: Uint8Array = new Uint8Array();
  for (const [name, entry] of entries) {
    if (name === pickleName) pickle = await readEntry(zip, entry);
    const isStorage = name.startsWith(`${folder}data/`);
    if (isStorage) storages.set(name.slice(`${folder}data/`.length), await readEntry(zip, entry));
  }
  return { pickle, storages };
}

/** Entries by name, checked so that reading all of them takes no more memory than the file. */
async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, compressionMethod, uncompressedSize } = entry;
    if (compressionMethod !== 0) refuse(`its ${name} is compressed, which torch.save does not do`);
    if (entries.has(name)) refuse(`it has two entries ${name}`);
    bytes += uncompressedSize;
    if (bytes > zip.fileSize) refuse("its entries overlap");
    entries.set(name, entry);
  }
  return entries;
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const bytes = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(bytes) !== entry.crc32) {
    refuse(`its ${entry.fileName} is damaged`, "copy or download the file again");
  }
  return bytes;
}
