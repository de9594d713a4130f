import type { ErrorCode } from "../core/index.ts";

/** What a process's end says: done, a defect of ours, wrong usage, bad input, some cases failed. */
export const exitStatus = {
  done: 0,
  defect: 1,
  usage: 2,
  input: 3,
  someFailed: 4,
  stopped: 130,
} as const;

/** The exit status of each error: a code without its row does not compile. */
export const statusOf: { readonly [Code in ErrorCode]: number } = {
  "usage.argument": exitStatus.usage,
  "usage.missing": exitStatus.usage,
  "input.missing": exitStatus.input,
  "input.unreadable": exitStatus.input,
  "input.empty": exitStatus.input,
  "input.ambiguous": exitStatus.input,
  "nifti.empty": exitStatus.input,
  "nifti.truncated": exitStatus.input,
  "nifti.header": exitStatus.input,
  "nifti.type": exitStatus.input,
  "nifti.dimensions": exitStatus.input,
  "nifti.gzip": exitStatus.input,
  "nifti.too-large": exitStatus.input,
  "nifti.value": exitStatus.input,
  "geometry.singular": exitStatus.input,
  "geometry.mismatch": exitStatus.input,
  "labels.value": exitStatus.input,
  "image.unreadable": exitStatus.input,
  "table.unreadable": exitStatus.input,
  "cohort.invalid": exitStatus.input,
  "cohort.busy": exitStatus.input,
  "cohort.no-cases": exitStatus.input,
  "cohort.no-masks": exitStatus.input,
  "split.too-few": exitStatus.input,
  "graph.shape": exitStatus.defect,
  "graph.type": exitStatus.defect,
  "runtime.missing": exitStatus.input,
  "model.invalid": exitStatus.input,
  "model.missing": exitStatus.input,
  "train.diverged": exitStatus.input,
  "output.full": exitStatus.input,
  "output.unwritable": exitStatus.input,
  "run.stopped": exitStatus.stopped,
  defect: exitStatus.defect,
};
