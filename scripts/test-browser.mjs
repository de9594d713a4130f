// `npm run test:browser`: the tests that need a Chromium on PATH; without one they are named as skipped.
import { join } from "node:path";
import { buildIfNeeded } from "./build-if-needed.mjs";
import { installIfNeeded } from "./install-if-needed.mjs";
import { node, root } from "./process.mjs";

installIfNeeded();
buildIfNeeded();
const vitest = join(root, "node_modules/vitest/vitest.mjs");
node([vitest, "run", "--config", "bench/browser/vitest.config.mjs", ...process.argv.slice(2)]);
