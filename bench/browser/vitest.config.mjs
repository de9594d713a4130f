import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["bench/browser/*.test.mjs"],
    root: new URL("../..", import.meta.url).pathname,
    reporters: ["verbose"], // names what was left out where there is no Chromium
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
