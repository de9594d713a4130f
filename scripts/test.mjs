// `npm test`: installs, builds and tests, in a fresh clone too. Further arguments go to vitest.
import { join } from "node:path";
import { buildIfNeeded } from "./build-if-needed.mjs";
import { installIfNeeded } from "./install-if-needed.mjs";
import { node, root } from "./process.mjs";

installIfNeeded();
buildIfNeeded();
node([join(root, "node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)]);
