import type { ErrorCode } from "../core/index.ts";

/** One case that a step could not do; the others went on. */
export interface CaseFailure {
  readonly case: string;
  readonly step: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** A step that was left out, and why: not a failure of any one case. */
export interface Omission {
  readonly step: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What one step did. `kept`: its inputs and settings were unchanged, so it was skipped. */
export interface StepRecord {
  readonly step: string;
  readonly status: "done" | "kept";
  readonly seconds: number;
  /** For steps that go case by case: how many were worked on, kept from before, and failed. */
  readonly cases?: { readonly done: number; readonly kept: number; readonly failed: number };
}

/** How a command on a cohort ended, for people, for `--json` and for the exit status. */
export interface RunOutcome {
  /** Absolute path. */
  readonly cohort: string;
  /** The run's record, relative to the cohort folder. */
  readonly record: string;
  readonly cases: number;
  readonly steps: readonly StepRecord[];
  readonly failures: readonly CaseFailure[];
  readonly omissions: readonly Omission[];
  readonly warnings: readonly string[];
}
