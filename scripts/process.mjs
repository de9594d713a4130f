import { spawn, spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** The project's root: every script may be started from anywhere. */
export const root = resolve(import.meta.dirname, "..");

const npmPath = process.env.npm_execpath; // set by npm, so that its own version is used

/** Runs npm in the project. */
export const npm = (args, options) =>
  npmPath === undefined
    ? run(process.platform === "win32" ? "npm.cmd" : "npm", args, options)
    : run(process.execPath, [npmPath, ...args], options);

/** Runs a package's own command with this Node. */
export const node = (args, options) => run(process.execPath, args, options);

/**
 * Runs a command in the project, its output passed through, and ends this process with the same
 * status when it fails.
 *
 * @param options.quiet - its standard output goes to ours of errors, which leaves ours clean
 */
export function run(command, args, { quiet = false } = {}) {
  const stdio = ["inherit", quiet ? process.stderr : "inherit", "inherit"];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Runs Node where the user called from, and takes on its status. Signals are passed on; the command
 * line counts the terminal's own and the passed one as one.
 */
export function becomeNode(args) {
  const cwd = process.env.INIT_CWD ?? process.cwd(); // npm runs scripts in the project's root
  const child = spawn(process.execPath, args, { cwd, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (status) => process.exit(status ?? 1));
}

/**
 * When a file was last changed, or anything in a folder, of which files may also have been removed;
 * 0 when it is not there.
 */
export function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
