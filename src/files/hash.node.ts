import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { HeparError } from "../core/index.ts";

/**
 * SHA-256 of a file's bytes, in hex, read as a stream.
 *
 * @throws `input.unreadable` when the file cannot be read
 */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    // Reading a pipe would wait for a writer, who may never come.
    if (!(await stat(path)).isFile()) throw new Error("it is a folder, device or pipe");
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("input.unreadable", `cannot read ${path} (${reason})`, {
      file: path,
      cause,
    });
  }
  return hash.digest("hex");
}

/** SHA-256, in hex, of bytes and texts one after the other. */
export function sha256OfBytes(...parts: readonly (string | NodeJS.ArrayBufferView)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/**
 * SHA-256, in hex, of any JSON value; the order of its keys does not matter. What JSON leaves out
 * (undefined fields) does not count.
 */
export function sha256OfJson(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value, sortedKeys) ?? "")
    .digest("hex");
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
