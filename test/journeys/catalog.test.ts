import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hepar, isBuilt } from "./hepar.ts";

let root = "";
const at = (...parts: string[]): string => join(root, ...parts);

describe.skipIf(!isBuilt)("hepar catalog", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hepar-journey-catalog-"));
    const size = ["--width", "32", "--depth", "4"];
    const made = await hepar("phantom", "--out", at("data"), "--cases", "3", ...size);
    expect(made.status, made.stderr).toBe(0);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test("shows a table with its totals, without colours in a pipe", async () => {
    const { status, stdout } = await hepar("catalog", at("data"), "--out", at("cohort"));
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^3 cases done\ncase +voxels +spacing mm +tumour % .*remarks\nvolume-0 /,
    );
    expect(stdout).toContain("\n\n3 scans, 3 masks, 12 slices\ncatalogue: ");
    expect(stdout).not.toContain("\u001b");
  });

  test("--where chooses what is shown, not what is written; --json has the same rows", async () => {
    const where = `"case" <> 'volume-1' and depth = 4`;
    const typed = ["catalog", at("data"), "--out", at("cohort"), "--where", where];
    const shown = await hepar(...typed);
    expect(shown.stdout).toContain(`2 of 3 rows: ${where}\n3 scans, 3 masks, 12 slices`);
    expect(shown.stdout).not.toContain("volume-1 ");
    const { rows, totals } = JSON.parse((await hepar(...typed, "--json")).stdout);
    expect(rows.map((row: { case: string }) => row.case)).toEqual(["volume-0", "volume-2"]);
    expect(totals).toEqual({ cases: 3, unusable: 0, scans: 3, masks: 3, slices: 12 });
    expect((await readFile(at("cohort/catalog.csv"), "utf8")).match(/^volume-/gm)).toHaveLength(3);
  });

  test("a wrong condition is wrong usage, told before anything is read or written", async () => {
    const typed = ["catalog", at("data"), "--out", at("never"), "--where", "has_tumor"];
    const { status, stderr } = await hepar(...typed);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^error\[usage\.argument\]: --where "has_tumor": there is no column "has_tumor"\n {2}hint: the nearest columns are has_tumour,/,
    );
  });

  test("--csv in place of a folder; neither is missing usage; both is wrong usage", async () => {
    const scan = "data/volume_pt1/volume-0.nii";
    await writeFile(at("cases.csv"), `case,scan,mask,patient,visit\na,${scan},,P1,first\n`);
    const out = ["--out", at("listed")];
    const listed = await hepar("catalog", "--csv", at("cases.csv"), ...out, "--json");
    expect(JSON.parse(listed.stdout).rows[0]).toMatchObject({
      case: "a",
      patient: "P1",
      visit: "first",
      mask_source: null,
    });
    const neither = await hepar("catalog", ...out);
    expect(neither.status).toBe(2);
    expect(neither.stderr).toContain("error[usage.missing]: missing required argument 'data'");
    expect((await hepar("catalog", at("data"), "--csv", at("cases.csv"), ...out)).status).toBe(2);
  });

  test("--headers-only is only to look at", async () => {
    const out = ["--out", at("headers")];
    const { status, stdout } = await hepar("catalog", at("data"), ...out, "--headers-only");
    expect(status).toBe(0);
    expect(stdout).toContain("3 scans, 3 masks, 12 slices");
    const study = await hepar("study", at("headers"));
    expect(study.status).toBe(3);
    expect(study.stderr).toContain("give hepar catalog again without --headers-only");
  });
});
