import type { catalogueCase, checkCase } from "../catalog/index.node.ts";
import type { convertPart, verifyCase } from "../slices/index.node.ts";
import type { studyCase } from "../study/index.node.ts";

/**
 * What a thread can do with one case, or a part of it, by name. A row is a function from plain data to
 * plain data: both cross from thread to thread as copies.
 *
 * What a job needs is loaded with the first of its kind: half a second of each thread's time, which a
 * thread that converts slices need not spend on tables.
 */
export const caseJobs = {
  catalogue: async (found: Parameters<typeof catalogueCase>[0]) =>
    (await import("../catalog/index.node.ts")).catalogueCase(found),
  check: async (files: Parameters<typeof checkCase>[0]) =>
    (await import("../catalog/index.node.ts")).checkCase(files),
  study: async (row: Parameters<typeof studyCase>[0]) =>
    (await import("../study/index.node.ts")).studyCase(row),
  slices: async (part: Parameters<typeof convertPart>[0]) =>
    (await import("../slices/index.node.ts")).convertPart(part),
  verify: async (job: {
    readonly row: Parameters<typeof verifyCase>[0];
    readonly options: Parameters<typeof verifyCase>[1];
  }) => (await import("../slices/index.node.ts")).verifyCase(job.row, job.options),
} as const;

export type CaseJobName = keyof typeof caseJobs;
export type CaseJobInput<Name extends CaseJobName> = Parameters<(typeof caseJobs)[Name]>[0];
export type CaseJobOutput<Name extends CaseJobName> = Awaited<ReturnType<(typeof caseJobs)[Name]>>;

/** A job on its way to a thread. */
export interface PostedJob {
  readonly name: CaseJobName;
  readonly input: CaseJobInput<CaseJobName>;
}

/** What came of it; an error as plain data. */
export type JobOutcome = { readonly value: unknown } | { readonly failure: unknown };

/** Does a job in the thread that calls. */
export function doJob({ name, input }: PostedJob): Promise<unknown> {
  const job = caseJobs[name] as (input: PostedJob["input"]) => Promise<unknown>;
  return job(input); // posted with the input of its own row
}
