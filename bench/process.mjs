// Runs one side of a benchmark as a process of its own, so that memory is its own too.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const python = fileURLToPath(new URL(".venv/bin/python", import.meta.url));

/** Whether the peers are installed (bench/peers/install.sh). */
export const peersAreThere = () => existsSync(python);

/** The JSON that a Node script of this folder prints. */
export const ours = (script, args) => json(process.execPath, [path(script), ...args]);

/** The JSON that a Python script of peers/ prints. */
export const peer = (script, args, env = {}) =>
  json(python, [path(`peers/${script}`), ...args], env);

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

async function json(program, args, env = {}) {
  const { stdout } = await run(program, args, {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}
