import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockCohort } from "./lock.node.ts";

const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), "hepar-lock-"));

async function leaveLock(folder: string, holder: object): Promise<void> {
  await mkdir(join(folder, ".hepar"), { recursive: true });
  await writeFile(join(folder, ".hepar/lock"), JSON.stringify(holder));
}

test("one at a time; the second is told who holds it; let go, it is free", async () => {
  const folder = await scratch();
  const lock = await lockCohort(folder, "train");
  await expect(lockCohort(folder, "report")).rejects.toMatchObject({
    code: "cohort.busy",
    message: expect.stringContaining(`\`hepar train\` (process ${process.pid} on ${hostname()})`),
  });
  await lock.release();
  expect(await readdir(join(folder, ".hepar"))).toEqual([]);
  expect((await lockCohort(folder, "report")).takenOver).toBe(false);
});

test("of ten at once exactly one gets it", async () => {
  const folder = await scratch();
  const tries = await Promise.allSettled(
    Array.from({ length: 10 }, () => lockCohort(folder, "run")),
  );
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("the lock of a dead process is taken over, also when its number is in use again", async () => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  for (const holder of [
    { pid: dead, host: hostname(), born: "1", command: "run" },
    { pid: process.pid, host: hostname(), born: null, command: "run" },
  ]) {
    const folder = await scratch();
    await leaveLock(folder, holder);
    expect((await lockCohort(folder, "run")).takenOver).toBe(true);
    expect(await readdir(join(folder, ".hepar"))).toEqual(["lock"]);
  }
});

test("the lock of another machine stands, since nobody here can tell", async () => {
  const folder = await scratch();
  await leaveLock(folder, { pid: 1, host: "elsewhere", born: null, command: "train" });
  await expect(lockCohort(folder, "run")).rejects.toMatchObject({
    code: "cohort.busy",
    hint: expect.stringContaining("delete"),
  });
});
