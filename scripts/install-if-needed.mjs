// Installs from the lock file when node_modules is absent or older than it.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newest, npm, root } from "./process.mjs";

export function installIfNeeded({ quiet = false } = {}) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`hepar needs Node 20.19 or later; this is ${process.version}`);
    process.exit(1);
  }
  // npm writes its own copy of the lock file last, so that a broken install counts as none.
  const installed = newest(join(root, "node_modules/.package-lock.json"));
  if (installed > 0 && installed >= newest(join(root, "package-lock.json"))) return;
  console.error("installing what hepar needs, from the lock file …");
  npm(["ci"], { quiet });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installIfNeeded();
