import { open, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { HeparError } from "../core/index.ts";
import { type ExternalPlace, readOnnxFile, withNumbersInside } from "../onnx/index.ts";

/** protobuf, and so ONNX, ends at 2 GiB. */
const mostBytes = 2 ** 31 - 1;

/**
 * An ONNX file's bytes, with the numbers that it keeps in files beside it.
 *
 * @throws `input.missing`, `input.unreadable`; `model.invalid` when it is something else, cut short,
 *   over 2 GiB with its numbers, or these lie outside its folder, are missing or too short
 */
export async function readWholeOnnx(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  try {
    const { external } = readOnnxFile(bytes);
    if (external.length === 0) return bytes;
    const beside = new Beside(path, bytes.length);
    return await withNumbersInside(bytes, (place) => beside.read(place)).finally(() =>
      beside.close(),
    );
  } catch (thrown) {
    throw thrown instanceof HeparError ? thrown.inFile(path) : thrown;
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((cause) => {
    throw new HeparError("input.missing", `there is no ${path}`, { file: path, cause });
  });
  if (!found.isFile()) {
    throw new HeparError("input.unreadable", `${path} is no file`, {
      file: path,
      hint: "give the .onnx file itself",
    });
  }
  if (found.size > mostBytes) throw tooLarge(found.size, path);
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(32), position: 0 });
      requireMagic(buffer.subarray(0, bytesRead), path);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof HeparError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("input.unreadable", `cannot read ${path} (${reason})`, {
      file: path,
      hint: "check that it may be read",
      cause,
    });
  }
}

const tooLarge = (bytes: number, file: string): HeparError =>
  new HeparError(
    "model.invalid",
    `no ONNX model: expected at most ${mostBytes} bytes with its numbers, got ${bytes}`,
    { file, hint: "networks for liver tumours have a tenth of that: is this the right file?" },
  );

/** What files that are no ONNX begin with, and what they are. */
const others: readonly (readonly [start: string, what: string, hint: string])[] = [
  [
    "PK\x03\x04",
    "a zip archive, as torch.save writes",
    "export the network: torch.onnx.export (docs/exchange.md)",
  ],
  [
    "\x80\x02",
    "a Python pickle, as old torch.save writes",
    "export the network: torch.onnx.export (docs/exchange.md)",
  ],
  ["\x89HDF", "HDF5, as Keras writes", "export the network with tf2onnx"],
  ["\x1f\x8b", "gzip", "unpack it first"],
  ["{", "text, perhaps JSON", "give the .onnx file; the description goes with --description"],
  ["<", "text, perhaps a web page", "download the file itself"],
  ["version https://git-lfs", "a Git LFS pointer", "fetch the file itself: git lfs pull"],
];

/** Before all of it is read: some of these files are large. */
function requireMagic(start: Buffer, file: string): void {
  if (start.length === 0) {
    throw new HeparError("model.invalid", "no ONNX model: expected bytes, got an empty file", {
      file,
      hint: "copy or export the model again",
    });
  }
  const text = start.toString("latin1");
  for (const [beginning, what, hint] of others) {
    if (!text.startsWith(beginning)) continue;
    throw new HeparError("model.invalid", `no ONNX model: it is ${what}`, { file, hint });
  }
}

/** The files beside a model, in its own folder. */
class Beside {
  readonly #model: string;
  #bytes: number;
  readonly #open = new Map<string, Awaited<ReturnType<typeof open>>>();

  constructor(model: string, bytes: number) {
    this.#model = model;
    this.#bytes = bytes;
  }

  async read({ name, location, offset, length }: ExternalPlace): Promise<Uint8Array> {
    const path = await this.#within(location, name);
    const file = this.#open.get(path) ?? (await open(path));
    this.#open.set(path, file);
    const { size } = await file.stat();
    const wanted = length ?? Math.max(0, size - offset);
    if (offset + wanted > size) {
      throw this.#refused(
        `${location} is cut short: ${name} lies at bytes ${offset} to ${offset + wanted}, the file has ${size}`,
        "copy or export the model again, with all its files",
      );
    }
    this.#bytes += wanted;
    if (this.#bytes > mostBytes) throw tooLarge(this.#bytes, this.#model);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.allocUnsafeSlow(wanted),
      position: offset,
    });
    if (bytesRead === wanted) return buffer;
    throw this.#refused(`${location} ended while it was read`, "copy the model again");
  }

  /** The file's real path, links followed. */
  async #within(location: string, name: string): Promise<string> {
    const folder = await realpath(dirname(this.#model));
    const hint =
      "numbers must lie in files beside the model; copy them there, or export the model as one file";
    const outside = (): HeparError =>
      this.#refused(
        `${name} has its numbers outside the model's folder: expected a file in it, got "${location}"`,
        hint,
      );
    if (location === "" || isAbsolute(location) || location.includes("\0")) throw outside();
    // Before the disk is asked: whether a file is there is nobody's business either.
    if (leaves(relative(folder, join(folder, location)))) throw outside();
    const path = await realpath(join(folder, location)).catch(() => {
      throw this.#refused(`there is no ${location}, which holds the numbers of ${name}`, hint);
    });
    if (leaves(relative(folder, path))) throw outside();
    if ((await stat(path)).isFile()) return path;
    throw this.#refused(`${location}, which holds the numbers of ${name}, is no file`, hint);
  }

  #refused(message: string, hint: string): HeparError {
    return new HeparError("model.invalid", message, { file: this.#model, hint });
  }

  async close(): Promise<void> {
    for (const file of this.#open.values()) await file.close();
  }
}

const leaves = (way: string): boolean =>
  way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
