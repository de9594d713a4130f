import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentOf, hepar, isBuilt, start } from "./hepar.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);

/** A catalogued cohort, and how it looks once it is converted. */
let whole: ReadonlyMap<string, string>;
let wholeMs = 0;

async function cohort(name: string): Promise<string> {
  await cp(at("catalogued"), at(name), { recursive: true });
  return at(name);
}

/** Every slice under its own name is the one that an undisturbed conversion writes. */
async function expectOnlyWholeFiles(folder: string): Promise<void> {
  const cases = await readdir(join(folder, "slices/images")).catch(() => []);
  const content = await contentOf(folder);
  for (const [file, hash] of content) {
    if (!/^slices\/(images|masks)\//.test(file) || file.includes("/.tmp-")) continue;
    expect([file, hash]).toEqual([file, whole.get(file)]);
  }
  for (const name of cases.filter((each) => !each.startsWith("."))) {
    const count = (files: ReadonlyMap<string, string>): number =>
      [...files.keys()].filter((file) => file.startsWith(`slices/images/${name}/`)).length;
    expect(count(content)).toBe(count(whole));
  }
}

describe.skipIf(!isBuilt)("hepar convert, stopped", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-journey-stopped-"));
    // Enough voxels for threads.
    const size = ["--cases", "4", "--width", "256", "--depth", "36"];
    await hepar("phantom", "--out", at("data"), ...size);
    await hepar("catalog", at("data"), "--out", at("catalogued"));
    await cohort("whole");
    const started = performance.now();
    expect((await hepar("convert", at("whole"))).status).toBe(0);
    wholeMs = performance.now() - started;
    whole = await contentOf(at("whole"));
  }, 120_000);

  afterAll(() => rm(root, { recursive: true, force: true }));

  test("killed at ten moments, it leaves whole cases only, and ends with the same files", async () => {
    const folder = await cohort("killed");
    const moments = fc.sample(fc.double({ min: 0.3, max: 1, noNaN: true }), {
      numRuns: 10,
      seed: 6,
    });
    for (const moment of moments) {
      const { process: child, ended } = start("convert", folder);
      const timer = setTimeout(() => child.kill("SIGKILL"), moment * wholeMs);
      await ended;
      clearTimeout(timer);
      await expectOnlyWholeFiles(folder);
    }
    const { status, stderr, stdout } = await hepar("convert", folder, "--json");
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ slices: 144, masks: 144 });
    expect(await contentOf(folder)).toEqual(whole);
  }, 240_000);

  test("Ctrl-C ends with 130; the second start does only the rest", async () => {
    const folder = await cohort("stopped");
    const { process: child, ended } = start("convert", folder);
    const timer = setInterval(async () => {
      const done = await readdir(join(folder, "slices/images")).catch(() => []);
      if (done.some((name) => !name.startsWith("."))) child.kill("SIGINT");
    }, 5);
    const { status } = await ended;
    clearInterval(timer);
    await expectOnlyWholeFiles(folder);
    if (status !== 130) return; // it was done before the signal came
    const { stdout } = await hepar("convert", folder, "--json");
    const { kept, written } = JSON.parse(stdout);
    expect(kept).toBeGreaterThanOrEqual(36);
    expect(kept + written).toBe(144);
    expect(await contentOf(folder)).toEqual(whole);
  }, 60_000);

  test("two at once: the second is told who is at work", async () => {
    const folder = await cohort("busy");
    const first = start("convert", folder);
    await expect.poll(() => readdir(join(folder, ".hepar")), { timeout: 10_000 }).toContain("lock");
    const second = await hepar("convert", folder);
    expect(second.status).toBe(3);
    expect(second.stderr).toContain("error[cohort.busy]: `hepar convert` (process");
    expect((await first.ended).status).toBe(0);
    expect(await contentOf(folder)).toEqual(whole);
  }, 60_000);

  test("a full disk is foreseen, with figures, before anything is written", async ({ skip }) => {
    await mkdir(at("disk"));
    const mount = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", at("disk")];
    if (spawnSync("mount", mount).status !== 0) skip("mounting a disk needs privileges");
    try {
      await cp(at("catalogued"), at("disk/cohort"), { recursive: true });
      const { status, stderr } = await hepar("convert", at("disk/cohort"));
      expect(status).not.toBe(0);
      expect(stderr).toMatch(
        /error\[output\.full\]: the slices of 4 scans take about \d+ MB, and [12] MB are free in/,
      );
      await expect(readdir(at("disk/cohort/slices/images"))).rejects.toThrow("ENOENT");
      const smaller = await hepar("convert", at("disk/cohort"), "--size", "64", "--every", "4");
      expect(smaller.status, smaller.stderr).toBe(0);
    } finally {
      spawnSync("umount", [at("disk")]);
    }
  }, 60_000);
});
