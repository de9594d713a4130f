// Runs one side of a benchmark as a process of its own, so that memory is its own too.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const python = (venv) => fileURLToPath(new URL(`${venv}/bin/python`, import.meta.url));

/** Whether the peers are installed (bench/peers/install.sh). */
export const peersAreThere = (venv = ".venv") => existsSync(python(venv));

/** The JSON that a Node script of this folder prints. */
export const ours = (script, args) => json(process.execPath, [path(script), ...args]);

/** The JSON that a Python script of peers/ prints. */
export const peer = (script, args, { venv = ".venv", ...env } = {}) =>
  json(python(venv), [path(`peers/${script}`), ...args], env);

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Medians of each side's runs, and the fastest peer's seconds ÷ ours; null without a peer. */
export function figuresOf(runs) {
  const { ours, ...peers } = Object.fromEntries(
    Object.entries(runs).map(([who, all]) => [
      who,
      { seconds: median(all.map((r) => r.seconds)), peakMb: median(all.map((r) => r.peakMb)) },
    ]),
  );
  const fastest = Math.min(...Object.values(peers).map(({ seconds }) => seconds));
  return { ours, peers, ratio: Number.isFinite(fastest) ? fastest / ours.seconds : null };
}

/** The first steps only: later ones drift apart by rounding, which training amplifies. */
export function requireEqual(who, losses, { expected, tolerance }) {
  for (let step = 0; step < 5; step++) {
    if (!(Math.abs(losses[step] - expected[step]) <= tolerance * expected[step])) {
      throw new Error(`${who}: loss ${losses[step]} at step ${step + 1}, not ${expected[step]}`);
    }
  }
}

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

async function json(program, args, env = {}) {
  const { stdout } = await run(program, args, {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}
