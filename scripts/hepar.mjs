// `npm run hepar -- …`: the command line of this checkout, built first if need be.
import { join } from "node:path";
import { buildIfNeeded } from "./build-if-needed.mjs";
import { installIfNeeded } from "./install-if-needed.mjs";
import { becomeNode, root } from "./process.mjs";

installIfNeeded({ quiet: true });
buildIfNeeded({ quiet: true });
becomeNode([join(root, "dist/cli/main.js"), ...process.argv.slice(2)]);
