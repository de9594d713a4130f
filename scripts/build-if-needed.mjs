// Compiles src to dist when something in it is newer.
import { renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newest, node, root } from "./process.mjs";

const stamp = join(root, "dist/.built");

export function buildIfNeeded({ quiet = false } = {}) {
  const sources = ["src", "tsconfig.json", "tsconfig.build.json", "package-lock.json"];
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > Math.max(...sources.map((source) => newest(join(root, source))))) return;
  build({ quiet });
}

export function build({ quiet = false } = {}) {
  const started = new Date();
  // Built aside and moved, so that a hepar that is just starting finds the old files or the new.
  const aside = join(root, `node_modules/.hepar-build-${process.pid}`);
  const typescript = join(root, "node_modules/typescript/bin/tsc");
  node([typescript, "-p", "tsconfig.build.json", "--outDir", aside], { quiet });
  writeFileSync(join(aside, ".built"), "");
  utimesSync(join(aside, ".built"), started, started); // a file saved meanwhile is built next time
  rmSync(join(root, "dist"), { recursive: true, force: true });
  renameSync(aside, join(root, "dist"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
