import { spawnSync } from "node:child_process";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { totalsOf } from "../catalog/index.ts";
import type { ProgressEvent } from "../core/index.ts";
import { writePhantomCohort } from "../phantom/index.node.ts";
import { type Affine, encodeNifti } from "../volume/index.ts";
import { catalogueCohort, studyCohort } from "./commands.node.ts";

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hepar-catalog-"));
});
afterEach(() => rm(root, { recursive: true }));

const context = (
  changes: { signal?: AbortSignal; progress?: (e: ProgressEvent) => void } = {},
) => ({
  version: "0.0.0",
  command: "catalog",
  arguments: [],
  when: new Date("2026-01-02T03:04:05Z"),
  clock: () => 0,
  progress: () => {},
  signal: new AbortController().signal,
  ...changes,
});

const catalogue = (data = at("data"), cohort = at("cohort")) =>
  catalogueCohort({ data, cohort }, context());

const phantoms = (folder = at("data"), cases = 2) =>
  writePhantomCohort(folder, { cases, seed: 1, width: 32, depth: 4 });

const scan = (n: number): string => `volume_pt1/volume-${n}.nii`;
const mask = (n: number): string => `segmentations/segmentation-${n}.nii`;

/** A disk of its own in memory, for a test that needs a full or a read-only one. */
async function mountDisk(options: string, skip: (why: string) => void): Promise<string> {
  await mkdir(at("disk"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at("disk")]);
  if (mounted.status !== 0) skip("mounting a disk needs privileges");
  return at("disk");
}

const unmount = (disk: string): void => void spawnSync("umount", [disk]);

describe("LiTS, as on Kaggle", () => {
  const affine: Affine = [-0.75, 0, 0, 190, 0, 0.75, 0, -190, 0, 0, 1, -400, 0, 0, 0, 1];

  /**
   * Depths of 131 volumes that sum to LiTS's 58,638 slices: its first two (75 and 123), its
   * shallowest and its deepest (74 and 987), and between them whatever is left.
   */
  function depths(): number[] {
    const all = [75, 123, 74, 987];
    while (all.length < 131) {
      const left = 58_638 - all.reduce((sum, depth) => sum + depth, 0);
      all.push(Math.round(left / (131 - all.length)));
    }
    return all;
  }

  /** A file as large as LiTS's, of which only the header is on the disk. */
  async function writeSparse(path: string, voxels: Int16Array | Uint8Array, depth: number) {
    const labels = { kind: "labels", dims: [1, 1, 1], affine, affineFrom: "sform" } as const;
    const [header] = encodeNifti({ ...labels, voxels });
    const view = new DataView(header.buffer, header.byteOffset);
    for (const [axis, n] of [512, 512, depth].entries()) view.setInt16(42 + 2 * axis, n, true);
    const file = await open(path, "w");
    await file.write(header);
    await file.truncate(header.length + 512 * 512 * depth * voxels.BYTES_PER_ELEMENT);
    await file.close();
  }

  test("is 131 scans, 131 masks and 58,638 slices by its headers, in seconds", async () => {
    for (const part of ["volume_pt1", "volume_pt2", "segmentations"]) {
      await mkdir(at("data", part), { recursive: true });
    }
    for (const [n, depth] of depths().entries()) {
      const part = n < 51 ? "volume_pt1" : "volume_pt2";
      await writeSparse(at("data", part, `volume-${n}.nii`), Int16Array.of(0), depth);
      await writeSparse(at("data", mask(n)), Uint8Array.of(0), depth);
    }
    const started = performance.now();
    const options = { data: at("data"), cohort: at("cohort"), headersOnly: true };
    const { result, failures, warnings } = await catalogueCohort(options, context());
    expect((performance.now() - started) / 1000).toBeLessThan(10);
    expect(totalsOf(result)).toEqual({
      cases: 131,
      unusable: 0,
      scans: 131,
      masks: 131,
      slices: 58_638,
    });
    expect([failures, warnings]).toEqual([[], []]);
    expect(result[10]).toMatchObject({
      ...{ case: "volume-10", mask_name: "segmentation-10.nii", width: 512, height: 512 },
      ...{ orientation: "LAS", spacing_z_mm: 1, voxel_type: "int16", labels: null, sha256: "" },
    });
  });
});

test("headers alone: what voxels tell is null, and no step goes on from it", async () => {
  await phantoms();
  const options = { data: at("data"), cohort: at("cohort"), headersOnly: true };
  const { result } = await catalogueCohort(options, context());
  const whole = await catalogue(at("data"), at("whole"));
  for (const [index, row] of result.entries()) {
    expect(row).toEqual({
      ...whole.result[index],
      ...{ hu_min: null, hu_max: null, labels: null, sha256: "" },
      ...{ has_tumour: null, tumour_percent: null, tumour_percent_of_liver: null },
      ...{ voxels_sha256: null, mask_voxels_sha256: null },
      warnings: row.warnings,
    });
  }
  await expect(
    studyCohort({ cohort: at("cohort"), language: "en" }, context()),
  ).rejects.toMatchObject({
    code: "cohort.invalid",
    message: "catalog.parquet was made from headers alone: no voxel has been read",
    hint: "give hepar catalog again without --headers-only",
  });
  await catalogue();
  const { result: studied } = await studyCohort(
    { cohort: at("cohort"), language: "en" },
    context(),
  );
  expect(studied[0].liver_ml).toBeGreaterThan(0);
});

test("row 74: a data folder that is not there, and nothing is made", async () => {
  await expect(catalogue(at("no such data"))).rejects.toMatchObject({
    code: "input.missing",
    message: `there is no folder ${at("no such data")}`,
    hint: "check the path: it is the folder that holds the scans",
  });
  expect(await readdir(root)).toEqual([]);
});

test("row 74: spaces and quotes in paths", async () => {
  const data = at(`it's "my" data`, "part 1");
  await phantoms(data);
  const cohort = at("a cohort's folder");
  const { result, failures } = await catalogue(data, cohort);
  expect(failures).toEqual([]);
  expect(result.map((row) => row.scan_source)).toEqual([0, 1].map((n) => join(data, scan(n))));
});

test("row 74: a scan that is gone or may not be read is a row with its reason", async () => {
  await phantoms();
  await writeFile(
    at("cases.csv"),
    `case,scan,mask\nhere,data/${scan(0)},data/${mask(0)}\ngone,data/gone.nii,\n`,
  );
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) await chmod(at("data", mask(0)), 0);
  const options = { csv: at("cases.csv"), cohort: at("cohort") };
  const { result, failures } = await catalogueCohort(options, context());
  expect(result.map((row) => [row.case, row.problem_code])).toEqual([
    ["gone", "input.missing"],
    ["here", isRoot ? null : "input.unreadable"],
  ]);
  expect(failures[0]).toEqual({
    case: "gone",
    step: "catalog",
    code: "input.missing",
    reason: "scan gone.nii: there is no such file (check the path)",
  });
});

test("a table of scans that are all gone: each in the record, a few told, counts that are true", async () => {
  const lines = Array.from({ length: 40 }, (_, n) => `c${n},s${n}.nii,m${n}.nii`);
  await writeFile(at("cases.csv"), ["case,scan,mask", ...lines].join("\n"));
  const told: string[] = [];
  const progress = (event: ProgressEvent): void => {
    if (event.kind === "warning") told.push(event.message);
  };
  const options = { csv: at("cases.csv"), cohort: at("cohort") };
  for (const headersOnly of [false, true]) {
    told.length = 0;
    const outcome = await catalogueCohort({ ...options, headersOnly }, context({ progress }));
    expect(outcome.failures).toHaveLength(40);
    expect(outcome.failures[39]).toMatchObject({
      case: "c39",
      reason: "scan s39.nii: there is no such file (check the path)",
    });
    expect(told).toHaveLength(6);
    expect(told[4]).toBe(
      "c4 failed in catalog: scan s4.nii: there is no such file (check the path)",
    );
    expect(told[5]).toBe(
      "more cases fail in catalog (input.missing): they are counted at the end, and named in the run's record",
    );
    const none = { scans: 0, masks: 0, slices: 0 };
    expect(totalsOf(outcome.result)).toEqual({ cases: 40, unusable: 40, ...none });
  }
});

test("warnings are shown of the rows chosen, and kept of all", async () => {
  await phantoms();
  for (const n of [2, 3]) await copyFile(at("data", scan(0)), at("data", scan(n)));
  const options = { data: at("data"), cohort: at("cohort") };
  const told: string[] = [];
  const progress = (event: ProgressEvent): void => {
    if (event.kind === "warning") told.push(event.message);
  };
  const { warnings } = await catalogueCohort(options, context({ progress }));
  expect(told).toEqual(warnings);
  expect(told).toEqual([
    "volume-2, and 1 more like it: The scan is, voxel for voxel, that of volume-0: the two count as one patient.",
  ]);
  told.length = 0;
  const chosen = { ...options, chosen: async <Row>(rows: readonly Row[]) => rows.slice(3) };
  expect((await catalogueCohort(chosen, context({ progress }))).warnings).toEqual(warnings);
  expect(told).toEqual([
    "volume-3: The scan is, voxel for voxel, that of volume-0: the two count as one patient.",
  ]);
  told.length = 0;
  await catalogueCohort({ ...options, chosen: async () => [] }, context({ progress }));
  expect(told).toEqual([]);
});

test("row 74: links that run in a circle", async () => {
  await phantoms();
  await symlink(at("data"), at("data", "again"));
  await symlink("loop", at("data", "loop"));
  const { result, warnings } = await catalogue();
  expect(result).toHaveLength(2);
  expect(warnings.slice(0, 1)).toEqual([
    `link that leads nowhere, left out: ${at("data", "loop")}`,
  ]);
});

test("row 76: one scan under two names, one of them gzipped, and one mask for two scans", async () => {
  await phantoms(at("data"), 3);
  const bytes = await readFile(at("data", scan(0)));
  await writeFile(at("data/volume-7.nii.gz"), gzipSync(bytes));
  const labels = await readFile(at("data", mask(1)));
  await rm(at("data", mask(2)));
  await writeFile(at("data", "segmentation-2.nii.gz"), gzipSync(labels));
  const { result, warnings } = await catalogue();
  const said = Object.fromEntries(result.map((row) => [row.case, [row.patient, row.warnings]]));
  expect(said["volume-7"]).toEqual([
    "volume-0",
    expect.stringMatching(/(^|; )duplicate-of volume-0$/),
  ]);
  expect(said["volume-2"][1]).toMatch(/(^|; )mask-duplicate-of volume-1$/);
  expect(warnings.filter((line) => /voxel for voxel/.test(line))).toHaveLength(2);
  expect(gunzipSync(await readFile(at("data/volume-7.nii.gz"))).equals(bytes)).toBe(true);
});

test("rows 36, 77: a table of odd names; no cell of the catalogue runs as a formula", async () => {
  await phantoms(at("data"), 1);
  const names = ["=1+1", "+2", "-3", "@x", "🫀 漢"];
  for (const name of names) await copyFile(at("data", scan(0)), at(`${name}.nii`));
  const quoted = names.map((name) => `"${name}",'${name}.nii,`).join("\r\n");
  // What a spreadsheet made harmless with an apostrophe is the name without it; others keep theirs.
  await copyFile(at("🫀 漢.nii"), at("'🫀 漢.nii"));
  await writeFile(at("cases.csv"), `\ufeffcase,scan,mask\r\n${quoted}\r\n`);
  const options = { csv: at("cases.csv"), cohort: at("cohort") };
  const { result, failures } = await catalogueCohort(options, context());
  expect(failures).toEqual([]);
  expect(new Set(result.map((row) => row.case))).toEqual(new Set(names));
  const cells = (await readFile(at("cohort/catalog.csv"), "utf8")).split(/[,\n]/);
  expect(cells.filter((cell) => /^"?[=+\-@]\D/.test(cell) || /^[=+@]/.test(cell))).toEqual([]);
});

test("row 78: dataset.json with __proto__ and NaN is told, and changes nothing", async () => {
  await phantoms(at("made"), 1);
  await mkdir(at("data/imagesTr"), { recursive: true });
  await copyFile(at("made", scan(0)), at("data/imagesTr/liver_0.nii"));
  await writeFile(at("data/dataset.json"), '{"__proto__": {"x": 1}, "numTraining": NaN}');
  const { result, warnings } = await catalogue();
  expect(result[0].problem).toBe(null);
  expect(warnings[0]).toBe(
    `${at("data/dataset.json")} is not JSON: what it says of cases and labels is not compared`,
  );
});

test("row 79: a full disk names the file, leaves no half of it, and what is done is kept", async ({
  skip,
}) => {
  await phantoms(at("data"), 1);
  // Two pages: the lock and the case's stamp.
  const small = await mountDisk("size=8k", skip);
  try {
    await expect(catalogue(at("data"), join(small, "cohort"))).rejects.toMatchObject({
      code: "output.full",
      message: `no space left while writing ${join(small, "cohort/catalog.csv")}`,
      hint: "free some space and give the same command again: what is done is kept",
    });
    expect(await readdir(join(small, "cohort"))).not.toContain("catalog.csv");
    spawnSync("mount", ["-o", "remount,size=1m", small]);
    const { steps } = await catalogue(at("data"), join(small, "cohort"));
    expect(steps[0].cases).toEqual({ done: 0, kept: 1, failed: 0 });
  } finally {
    unmount(small);
  }
});

test("row 79: stopped midway, the next run goes on from there; a killed one's remains go", async () => {
  await phantoms(at("data"), 3);
  const stop = new AbortController();
  const progress = (event: ProgressEvent): void => {
    if (event.kind === "advance") stop.abort();
  };
  const stopped = catalogueCohort(
    { data: at("data"), cohort: at("cohort") },
    context({ signal: stop.signal, progress }),
  );
  await expect(stopped).rejects.toMatchObject({
    code: "run.stopped",
    message: "stopped",
    hint: "give the same command again: it goes on where it stopped",
  });
  expect(await readdir(at("cohort"))).not.toContain("catalog.parquet");
  // As a process leaves things that was killed while it wrote the table.
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const holder = { pid: dead, host: hostname(), born: "1", command: "catalog" };
  await writeFile(at("cohort/.hepar/lock"), JSON.stringify(holder));
  await writeFile(at("cohort/.tmp-0123456789abcdef.parquet"), "half");
  const { steps } = await catalogue();
  expect(steps[0].cases).toEqual({ done: 2, kept: 1, failed: 0 });
  expect((await readdir(at("cohort"))).sort()).toEqual([
    ".hepar",
    "catalog.csv",
    "catalog.parquet",
    "runs",
  ]);
});

test("row 80: a folder or a file that is not hepar's stays as it is; a cohort is kept", async () => {
  await phantoms();
  await mkdir(at("thesis"));
  await writeFile(at("thesis/chapter.txt"), "years of work");
  await expect(catalogue(at("data"), at("thesis"))).rejects.toMatchObject({
    code: "usage.argument",
    message: `${at("thesis")} holds files that are not hepar's`,
    file: at("thesis"),
    hint: "choose a new or an empty folder with --out; nothing was changed",
  });
  await expect(catalogue(at("data"), at("thesis/chapter.txt"))).rejects.toMatchObject({
    code: "usage.argument",
    message: `${at("thesis/chapter.txt")} is a file, not a folder`,
    file: at("thesis/chapter.txt"),
    hint: "choose a folder with --out",
  });
  expect(await readFile(at("thesis/chapter.txt"), "utf8")).toBe("years of work");
  expect(await readdir(at("thesis"))).toEqual(["chapter.txt"]);
  await expect(catalogue(at("data"), at("data/cohort"))).rejects.toMatchObject({
    code: "usage.argument",
    message: `the cohort folder ${at("data/cohort")} lies inside the data`,
    file: at("data/cohort"),
    hint: "choose a folder outside the data with --out, so that outputs are not read as inputs",
  });
  expect(await readdir(at("data"))).not.toContain("cohort");
  await catalogue();
  const before = await readFile(at("cohort/catalog.parquet"));
  const { steps } = await catalogue();
  expect(steps).toEqual([
    { step: "catalog", status: "kept", seconds: 0, cases: { done: 0, kept: 2, failed: 0 } },
  ]);
  expect((await readFile(at("cohort/catalog.parquet"))).equals(before)).toBe(true);
});

test("a table that was kept is the one that is there: with the study's columns, or damaged", async () => {
  await phantoms();
  await catalogue();
  await studyCohort({ cohort: at("cohort"), language: "en" }, context());
  const { result } = await catalogue();
  expect(result.map((row) => row.lesion_count)).not.toContain(null);
  await writeFile(at("cohort/catalog.parquet"), "garbage");
  await expect(catalogue()).rejects.toMatchObject({
    code: "table.unreadable",
    file: at("cohort/catalog.parquet"),
    hint: "delete the file to have it made again",
  });
});

test("row 81: of two at once one works, the other is told who does", async () => {
  await phantoms();
  const ends = await Promise.allSettled([catalogue(), catalogue()]);
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({
    code: "cohort.busy",
    message: `\`hepar catalog\` (process ${process.pid} on ${hostname()}) is working on ${at("cohort")}`,
    hint: `wait until it has ended; if it has already, delete ${at("cohort/.hepar/lock")}`,
  });
});

test("row 82: a target that cannot be written", async ({ skip }) => {
  await phantoms();
  const disk = await mountDisk("ro", skip);
  try {
    await expect(catalogue(at("data"), join(disk, "cohort"))).rejects.toMatchObject({
      code: "output.unwritable",
      message: expect.stringMatching(/^cannot write .*\/cohort\/\.hepar\/lock: /),
      hint: "choose a folder that you may write to, and a name that is free",
    });
  } finally {
    unmount(disk);
  }
});

test("a folder or a table, and not both", async () => {
  const cohort = at("cohort");
  await expect(catalogueCohort({ cohort }, context())).rejects.toMatchObject({
    code: "usage.missing",
    message: "missing required argument 'data'",
  });
  await expect(
    catalogueCohort({ data: at("data"), csv: at("cases.csv"), cohort }, context()),
  ).rejects.toMatchObject({
    code: "usage.argument",
    message: "--csv: takes the place of a folder and of --layout",
  });
});
