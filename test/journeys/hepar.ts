import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const main = resolve(import.meta.dirname, "../../dist/cli/main.js");

/** Whether the command line is built, which `npm test` does first. */
export const isBuilt = existsSync(main);

/** How a command ended, as a shell would see it. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command at work. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once standard error holds the text; rejects when it ends without. */
  readonly says: (text: string) => Promise<void>;
}

/** Runs the built command line to its end, as a user types it. */
export const hepar = (...typed: string[]): Promise<Ended> => start(...typed).ended;

/** Starts it, to be stopped or overtaken. */
export function start(...typed: string[]): Started {
  const child = spawn(process.execPath, [main, ...typed], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  child.stdout.on("data", (part: Buffer) => {
    stdout += part;
  });
  child.stderr.on("data", (part: Buffer) => {
    stderr += part;
    for (const listen of listeners) listen();
  });
  const ended = new Promise<Ended>((done) => {
    child.on("close", (status) => done({ status, stdout, stderr }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((found, lost) => {
      const look = (): void => {
        if (stderr.includes(text)) found();
      };
      listeners.add(look);
      look();
      void ended.then(() => lost(new Error(`ended without saying "${text}": ${stderr}`)));
    });
  return { process: child, ended, says };
}

/** Every file of a cohort with its content's hash, but for what tells when it was made, or how fast. */
export async function contentOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(
      (file) =>
        !/^(runs|\.hepar|report\/(index|report\.|cases))|^models\/.*(state|csv|json|onnx)/.test(
          file,
        ),
    )
    .sort();
  return new Map(
    await Promise.all(
      files.map(
        async (file) =>
          [
            file,
            createHash("sha256")
              .update(await readFile(join(folder, file)))
              .digest("hex"),
          ] as const,
      ),
    ),
  );
}
