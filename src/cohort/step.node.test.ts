import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HeparError, type ProgressEvent } from "../core/index.ts";
import { failuresOf } from "./left-out.node.ts";
import { type CohortRun, inCohort } from "./run.node.ts";
import { provenanceOf } from "./stamp.node.ts";
import { type CaseStep, runCases, runStep, type Step } from "./step.node.ts";

const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), "hepar-step-"));

function context(events: ProgressEvent[] = [], signal = new AbortController().signal) {
  let now = 0;
  return {
    version: "0.0.0",
    command: "test",
    arguments: ["x"],
    when: new Date("2026-01-02T03:04:05.678Z"),
    clock: () => {
      now += 500;
      return now;
    },
    progress: (event: ProgressEvent) => void events.push(event),
    signal,
  };
}

function writing(folder: string, changes: Partial<Step<string>> = {}): Step<string> {
  return {
    step: "copy",
    version: 1,
    settings: { quality: 90 },
    inputs: "abc",
    outputs: ["copy.txt"],
    work: async () => {
      await writeFile(join(folder, "copy.txt"), "made");
      return "made";
    },
    ...changes,
  };
}

/** Runs once and says whether the step was done or kept. */
async function statusOf(
  folder: string,
  work: (run: CohortRun) => Promise<unknown>,
  events: ProgressEvent[] = [],
) {
  const { steps } = await inCohort({ folder, context: context(events) }, work);
  return steps.map(({ status }) => status).join();
}

test("a step is done once, and again when settings, inputs, version or outputs change", async () => {
  const folder = await scratch();
  const once = (changes: Partial<Step<string>> = {}, events: ProgressEvent[] = []) =>
    statusOf(folder, (run) => runStep(run, writing(folder, changes)), events);
  expect(await once()).toBe("done");
  expect(await once()).toBe("kept");
  expect(await once({ inputs: "abd" })).toBe("done");
  expect(await once({ inputs: "abd", version: 2 })).toBe("done");
  await rm(join(folder, "copy.txt"));
  expect(await once({ inputs: "abd", version: 2 })).toBe("done");
  const events: ProgressEvent[] = [];
  expect(await once({ settings: { quality: 80 } }, events)).toBe("done");
  expect(events).toEqual([{ kind: "note", message: "copy is done again: quality 90 → 80" }]);
});

test("a step that failed is not kept, nor is what the old stamp said", async () => {
  const folder = await scratch();
  await statusOf(folder, (run) => runStep(run, writing(folder)));
  const broken = writing(folder, { inputs: "new", work: () => Promise.reject(new Error("no")) });
  await expect(statusOf(folder, (run) => runStep(run, broken))).rejects.toThrow("no");
  expect(await statusOf(folder, (run) => runStep(run, writing(folder)))).toBe("done");
});

const rows = [{ case: "volume-0" }, { case: "volume-1/x" }, { case: "volume-2" }];

function doubling(done: string[], changes: Partial<CaseStep<{ case: string }, number>> = {}) {
  return {
    step: "double",
    version: 1,
    unit: "cases",
    settings: {},
    rows,
    inputsOf: (row: { case: string }) => row.case,
    work: async (row: { case: string }) => {
      done.push(row.case);
      return row.case.length * 2;
    },
    ...changes,
  };
}

test("a broken case is named and the others are done; only it is tried again", async () => {
  const folder = await scratch();
  const done: string[] = [];
  const work = async (row: { case: string }) => {
    if (row.case === "volume-2") throw new HeparError("nifti.truncated", "ends too soon");
    done.push(row.case);
    return 1;
  };
  const outcome = await inCohort({ folder, context: context() }, (run) =>
    runCases(run, doubling(done, { work })),
  );
  expect([...outcome.result.keys()]).toEqual(["volume-0", "volume-1/x"]);
  expect(outcome.failures).toEqual([
    { case: "volume-2", step: "double", code: "nifti.truncated", reason: "ends too soon" },
  ]);
  const told = await inCohort({ folder, context: context() }, (run) =>
    failuresOf(run, { step: "double" }),
  );
  expect(told.result).toEqual(outcome.failures);
  const again: string[] = [];
  const second = await inCohort({ folder, context: context() }, (run) =>
    runCases(run, doubling(again)),
  );
  expect(again).toEqual(["volume-2"]);
  expect([...second.result.values()]).toEqual([1, 1, 16]); // 8 letters
  expect(second.steps[0]?.cases).toEqual({ done: 1, kept: 2, failed: 0 });
  const after = await inCohort({ folder, context: context() }, (run) =>
    failuresOf(run, { step: "double" }),
  );
  expect(after.result).toEqual([]);
});

test("a stop ends the run after the case at hand, and the next run goes on there", async () => {
  const folder = await scratch();
  const stop = new AbortController();
  const done: string[] = [];
  const work = async (row: { case: string }) => {
    done.push(row.case);
    if (done.length === 2) stop.abort();
    return 1;
  };
  const run = inCohort({ folder, context: context([], stop.signal) }, (session) =>
    runCases(session, doubling(done, { work })),
  );
  await expect(run).rejects.toMatchObject({ code: "run.stopped" });
  const record = JSON.parse(
    await readFile(join(folder, "runs/2026-01-02T03-04-05-678Z-test.json"), "utf8"),
  );
  expect(record).toMatchObject({ status: "stopped", error: { code: "run.stopped" } });
  const rest: string[] = [];
  await statusOf(folder, (session) => runCases(session, doubling(rest)));
  expect(rest).toEqual(["volume-2"]);
});

test("a step's provenance changes with what its cases were made from and how, case by case", async () => {
  const folder = await scratch();
  const after = async (
    changes: Partial<CaseStep<{ case: string }, number>> = {},
    cases?: readonly string[],
  ) =>
    inCohort({ folder, context: context() }, async (run) => {
      await runCases(run, doubling([], changes));
      return provenanceOf(run, { step: "double", ...(cases === undefined ? {} : { cases }) });
    }).then(({ result }) => result);
  const first = await after();
  expect(await after()).toBe(first);
  expect(await after({ version: 2 })).not.toBe(first);
  expect(await after({ settings: { quality: 80 } })).not.toBe(first);
  expect(await after({ inputsOf: () => "other" })).not.toBe(first);
  const ofTwo = await after({}, ["volume-0", "volume-2"]);
  const touched = { inputsOf: (row: { case: string }) => [row.case, row.case === "volume-1/x"] };
  const untouched = { inputsOf: (row: { case: string }) => [row.case, false] };
  expect(await after(touched, ["volume-0"])).toBe(await after(untouched, ["volume-0"]));
  expect(await after(touched)).not.toBe(await after(untouched));
  expect(ofTwo).not.toBe(first);
});

test("a full disk stops everything", async () => {
  const folder = await scratch();
  const done: string[] = [];
  const work = async () => {
    done.push("");
    throw new HeparError("output.full", "no space left");
  };
  await expect(
    statusOf(folder, (run) => runCases(run, doubling(done, { work }))),
  ).rejects.toMatchObject({ code: "output.full" });
  expect(done).toHaveLength(1);
});

test("what a case left is removed once the case is gone", async () => {
  const folder = await scratch();
  const step = doubling([], {
    outputsOf: (name) => [`out-${encodeURIComponent(name)}`],
    work: async (row) => {
      await writeFile(join(folder, `out-${encodeURIComponent(row.case)}`), "");
      return 1;
    },
  });
  await statusOf(folder, (run) => runCases(run, step));
  await statusOf(folder, (run) => runCases(run, { ...step, rows: rows.slice(1) }));
  await expect(readFile(join(folder, "out-volume-0"))).rejects.toThrow("ENOENT");
  expect(await readFile(join(folder, "out-volume-2"), "utf8")).toBe("");
});

test("the record says what ran, on what, and how long each step took", async () => {
  const folder = await scratch();
  const { record } = await inCohort({ folder, context: context() }, async (run) => {
    run.journal.inputs = { "volume-0": "abc" };
    await runStep(run, writing(folder));
  });
  expect(JSON.parse(await readFile(join(folder, record), "utf8"))).toMatchObject({
    hepar: "0.0.0",
    command: "test",
    arguments: ["x"],
    when: "2026-01-02T03:04:05.678Z",
    status: "done",
    machine: { node: process.version },
    steps: [{ step: "copy", status: "done", seconds: 0.5 }],
    inputs: { "volume-0": "abc" },
  });
});

test("several cases at once: values in the rows' order, each failure its own case's", async () => {
  const folder = await scratch();
  let working = 0;
  let most = 0;
  const step: CaseStep<{ case: string; ms: number }, string> = {
    step: "slow",
    version: 1,
    unit: "cases",
    settings: {},
    rows: [30, 5, 20, 1, 10].map((ms) => ({ case: `after-${ms}`, ms })),
    inputsOf: ({ ms }) => ms,
    atOnce: 3,
    work: async ({ ms }) => {
      working += 1;
      most = Math.max(most, working);
      await new Promise((done) => setTimeout(done, ms));
      working -= 1;
      if (ms === 5) throw new HeparError("nifti.empty", "the file is empty");
      return `${ms}`;
    },
  };
  const events: ProgressEvent[] = [];
  const outcome = await inCohort({ folder, context: context(events) }, (run) =>
    runCases(run, step),
  );
  expect(most).toBe(3);
  expect([...outcome.result]).toEqual([
    ["after-30", "30"],
    ["after-20", "20"],
    ["after-1", "1"],
    ["after-10", "10"],
  ]);
  expect(outcome.failures).toEqual([
    { case: "after-5", step: "slow", code: "nifti.empty", reason: "the file is empty" },
  ]);
  expect(outcome.steps[0]?.cases).toEqual({ done: 4, kept: 0, failed: 1 });
  const advances = events.flatMap((event) => (event.kind === "advance" ? [event.done] : []));
  expect(advances).toEqual([1, 2, 3, 4, 5]);
});

test("when one of several cases at once ends the run, no other is begun", async () => {
  const folder = await scratch();
  const begun: string[] = [];
  const step: CaseStep<{ case: string }, null> = {
    step: "full",
    version: 1,
    unit: "cases",
    settings: {},
    rows: ["a", "b", "c", "d"].map((name) => ({ case: name })),
    inputsOf: () => 1,
    atOnce: 2,
    work: async ({ case: name }) => {
      begun.push(name);
      if (name === "a") throw new HeparError("output.full", "no space left");
      await new Promise((done) => setTimeout(done, 300));
      return null;
    },
  };
  const running = inCohort({ folder, context: context() }, (run) => runCases(run, step));
  await expect(running).rejects.toMatchObject({ code: "output.full" });
  expect(begun.sort()).toEqual(["a", "b"]);
});
