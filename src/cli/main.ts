#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { runCommandLine } from "./command-line.ts";
import { commandTable } from "./table.ts";

const { env, stdout, stderr } = process;

// A reader that has seen enough, such as `head`, is no defect, and no reason to leave work undone.
for (const stream of [stdout, stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.exit(1);
  });
}

const stop = new AbortController();
let firstStop = Number.POSITIVE_INFINITY;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    const now = performance.now();
    // Through npm one Ctrl-C arrives twice at once; a second one that was meant ends at once.
    if (now - firstStop > 500) process.exit(130);
    if (!stop.signal.aborted) {
      firstStop = now;
      stderr.write("\nstopping after the file at hand; again to stop at once\n");
      stop.abort();
    }
  });
}

const packageFile = new URL("../../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
const isTerminal = stderr.isTTY === true && env.TERM !== "dumb";
const mayColour = (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";

const status = await runCommandLine(process.argv.slice(2), {
  table: commandTable,
  terminal: {
    stdout: (text) => void stdout.write(text),
    // A file or a pipe takes long lines.
    width: stdout.columns || 160,
    colours: stdout.isTTY === true && mayColour,
    isTerminal: stdout.isTTY === true,
    screen: {
      write: (text) => void stderr.write(text),
      isTerminal,
      columns: () => stderr.columns || 80,
      colours: isTerminal && mayColour,
      clock: () => performance.now(),
    },
    version,
    when: new Date(),
    signal: stop.signal,
    debug: (env.HEPAR_DEBUG ?? "") !== "",
  },
});

// Both streams are flushed first; runtimes with threads of their own would keep Node alive.
stdout.write("", () => stderr.write("", () => process.exit(status)));
