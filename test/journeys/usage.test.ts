import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import { hepar, isBuilt } from "./hepar.ts";

describe.skipIf(!isBuilt)("hepar", () => {
  test("a wrong option is wrong usage, with a suggestion", async () => {
    const { status, stdout, stderr } = await hepar("run", "data", "--uot", "x", "--out", "y");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe(
      "error[usage.argument]: unknown option '--uot'\n  hint: Did you mean --out?\n",
    );
  });

  test("a wrong command with --json is one document too", async () => {
    const { status, stdout } = await hepar("rnu", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 2,
      error: { code: "usage.argument", hint: "Did you mean run?" },
    });
  });

  test("a step on a folder that is no cohort is bad input", async () => {
    const { status, stderr } = await hepar("study", resolve(import.meta.dirname));
    expect(status).toBe(3);
    expect(stderr).toContain("error[cohort.invalid]");
  });

  test("what cannot be trained is refused before anything is read or written", async () => {
    const out = ["--out", join(import.meta.dirname, "never")];
    for (const wrong of [
      ["--size", "33"],
      ["--widths", "4"],
      ["--fold", "5"],
    ]) {
      const { status, stderr } = await hepar("run", "no-such-data", ...out, ...wrong);
      expect(status).toBe(2);
      expect(stderr).toContain("error[usage.argument]");
    }
  });

  test("predict says what is not there: a scan by its name, or a cohort", async () => {
    const scan = await hepar("predict", "none.nii.gz", "--model", "m", "--out", "mask.nii.gz");
    expect(scan.stderr).toContain("error[model.missing]");
    const cohort = await hepar("predict", "none", "--model", "m");
    expect(cohort.stderr).toContain("there is no folder none");
    const both = await hepar("predict", "none", "--model", "m", "--out", "mask.nii.gz");
    expect(both.status).toBe(2);
  });

  test("info tells every command", async () => {
    const { status, stdout } = await hepar("info", "--json");
    expect(status).toBe(0);
    const names = JSON.parse(stdout).commands.map(({ name }: { name: string }) => name);
    expect(names.slice(0, 3)).toEqual(["run", "catalog", "study"]);
  });

  test("a reader that has seen enough is no defect", async () => {
    const main = join(import.meta.dirname, "../../dist/cli/main.js");
    const child = spawn(process.execPath, [main, "info", "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (part: Buffer) => {
      stderr += part;
    });
    const status = await new Promise((done) => child.on("close", done));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("help comes at once", async () => {
    const seconds: number[] = [];
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      expect((await hepar("--help")).status).toBe(0);
      seconds.push((performance.now() - started) / 1000);
    }
    // 0.1 s on a quiet machine; this one may be busy with other tests.
    expect(Math.min(...seconds)).toBeLessThan(1);
  });
});
