import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { makeFolder, writeError } from "../files/index.node.ts";
import { layout } from "./layout.ts";

/** A cohort that only this process works on. */
export interface CohortLock {
  /** Whether a run before this one died without letting go: it may have left half-written files. */
  readonly takenOver: boolean;
  release(): Promise<void>;
}

const holderSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** Tells a process from a later one with the same number; null where the system does not say. */
  born: z.string().nullable(),
  command: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** Lock files held by this very process, which its number alone cannot tell. */
const held = new Map<string, Holder>();

/**
 * Takes a cohort folder for this process. A lock whose process is dead is taken over.
 *
 * @throws `cohort.busy`, naming who holds it
 */
export async function lockCohort(folder: string, command: string): Promise<CohortLock> {
  const path = join(folder, layout.lock);
  const self = { pid: process.pid, host: hostname(), born: await birthOf(process.pid), command };
  const own = held.get(path);
  if (own !== undefined) throw busy(folder, path, own);
  held.set(path, self);
  try {
    return { takenOver: await take(folder, self), release: () => release(path) };
  } catch (thrown) {
    held.delete(path);
    throw thrown;
  }
}

async function release(path: string): Promise<void> {
  await rm(path, { force: true });
  held.delete(path);
}

// Returns whether a dead process's lock was taken over.
async function take(folder: string, self: Holder): Promise<boolean> {
  const path = join(folder, layout.lock);
  if (await create(path, self)) return false;
  const text = await readFile(path, "utf8").catch(() => "");
  const holder = parseHolder(text);
  if (holder !== undefined && (await isAlive(holder))) throw busy(folder, path, holder);
  // Renamed, not removed: of two processes that find the dead lock, one gets it.
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, "utf8").catch(() => text);
  if (moved !== text) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  if (moved === text && (await create(path, self))) return true;
  throw busy(folder, path, parseHolder(await readFile(path, "utf8").catch(() => "")));
}

// A whole file is linked into place, so that nobody ever reads half a lock.
async function create(path: string, holder: Holder): Promise<boolean> {
  const text = `${JSON.stringify(holder)}\n`;
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await makeFolder(dirname(path));
    await writeFile(draft, text);
    await link(draft, path).catch(async (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "EEXIST") throw thrown;
      await writeFile(path, text, { flag: "wx" }); // a file system without hard links
    });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeError(thrown, path);
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
  return true;
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true; // cannot be known from here
  if (holder.pid === process.pid) return false; // not in `held`: an earlier process of this number
  try {
    process.kill(holder.pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const born = await birthOf(holder.pid);
  return born === null || holder.born === null || born === holder.born;
}

// Linux: field 22 of /proc/<pid>/stat, start time in ticks since boot (man 5 proc).
async function birthOf(pid: number): Promise<string | null> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function busy(folder: string, path: string, holder: Holder | undefined): HeparError {
  const who =
    holder === undefined
      ? "another process"
      : `\`hepar ${holder.command}\` (process ${holder.pid} on ${holder.host})`;
  return new HeparError("cohort.busy", `${who} is working on ${folder}`, {
    file: folder,
    hint: `wait until it has ended; if it has already, delete ${path}`,
  });
}
