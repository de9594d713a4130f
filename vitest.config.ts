import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    maxWorkers: 2,
    // Threads that tests start inherit it.
    execArgv: ["--import", new URL("test/typescript-in-threads.mjs", import.meta.url).href],
  },
});
