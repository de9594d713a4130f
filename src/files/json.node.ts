import { readFile } from "node:fs/promises";
import type { ZodType } from "zod";
import { HeparError } from "../core/index.ts";
import { writeAtomically } from "./atomic.node.ts";

/**
 * A JSON file, checked against its schema.
 *
 * @throws `input.missing` when there is no such file; `input.unreadable` when it cannot be read;
 * `cohort.invalid` when it is not what it should be
 */
export async function readJson<Value>(path: string, schema: ZodType<Value>): Promise<Value> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new HeparError("input.missing", `there is no ${path}`, { file: path, cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("input.unreadable", `cannot read ${path} (${reason})`, {
      file: path,
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HeparError("cohort.invalid", `${path} is not JSON`, { file: path, cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") || "the document";
  throw new HeparError("cohort.invalid", `${path}: ${field}: ${issue?.message}`, {
    file: path,
    hint: "delete the file to have it made again",
  });
}

/** Writes a value as indented JSON, whole or not at all. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}
