import { parentPort } from "node:worker_threads";
import { toHeparError } from "../core/index.ts";
import { doJob, type JobOutcome, type PostedJob } from "./case-jobs.node.ts";

/** @file A thread that does jobs on cases, one after another, until it is ended from outside. */

parentPort?.on("message", async (job: PostedJob) => {
  const outcome: JobOutcome = await doJob(job).then(
    (value) => ({ value }),
    (thrown: unknown) => ({ failure: toHeparError(thrown).toJSON() }),
  );
  parentPort?.postMessage(outcome);
});
