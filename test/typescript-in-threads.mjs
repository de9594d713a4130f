// Node 20 runs no TypeScript, and Vitest's own transformation does not reach worker threads: a thread
// that a test starts strips the types itself, with the compiler that Vite brings. Named as --import in vitest.config.ts.
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

const asHooks = "?hooks";
if (!isMainThread && !import.meta.url.endsWith(asHooks)) register(import.meta.url + asHooks);

/** @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.endsWith(".ts")) return nextLoad(url, context);
  const { transformSync } = await import("rolldown/utils");
  const path = fileURLToPath(url);
  const { code, errors } = transformSync(path, await readFile(path, "utf8"));
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`);
  return { format: "module", source: code, shortCircuit: true };
}
