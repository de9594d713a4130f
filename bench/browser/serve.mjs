// Builds the page and serves it on 127.0.0.1 as a page must be served whose graphs run on threads.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build, defaultClientConditions, preview } from "vite";

const root = import.meta.dirname;

/** Shared memory, and so threads, is for pages that let no stranger in. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** ONNX Runtime's own files: it loads them by address when it starts, from `ort/` of our server. */
function ortFiles() {
  const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  return {
    name: "onnxruntime-files",
    generateBundle() {
      for (const build of ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.asyncify"]) {
        for (const fileName of [`${build}.mjs`, `${build}.wasm`]) {
          const source = readFileSync(join(folder, fileName));
          this.emitFile({ type: "asset", fileName: `ort/${fileName}`, source });
        }
      }
    },
  };
}

/**
 * The page, built and served.
 *
 * @param options.headers - none: a page without threads
 * @returns its address, and how to end it
 */
export async function servePage({ headers = isolation } = {}) {
  const outDir = await mkdtemp(join(tmpdir(), "hepar-page-"));
  const settings = { root, configFile: false, logLevel: "warn", base: "./" };
  await build({
    ...settings,
    // Without it Vite would bundle the runtime's loader, whose threads then look for themselves in vain.
    resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
    build: { outDir, emptyOutDir: true, target: "esnext" },
    worker: { format: "es" },
    plugins: [ortFiles()],
  });
  const server = await preview({
    ...settings,
    build: { outDir },
    preview: { host: "127.0.0.1", port: 0, headers },
  });
  return {
    url: server.resolvedUrls.local[0],
    async close() {
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
