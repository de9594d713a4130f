/** Every reason hepar stops for. The command line and the docs are tested against this list. */
export const errorCodes = [
  "usage.argument",
  "usage.missing",
  "input.missing",
  "input.unreadable",
  "input.empty",
  "input.ambiguous",
  "nifti.empty",
  "nifti.truncated",
  "nifti.header",
  "nifti.type",
  "nifti.dimensions",
  "nifti.gzip",
  "nifti.too-large",
  "nifti.value",
  "scan.not-ct",
  "geometry.singular",
  "geometry.mismatch",
  "geometry.orientation",
  "labels.value",
  "image.unreadable",
  "slices.differ",
  "table.unreadable",
  "cohort.invalid",
  "cohort.busy",
  "cohort.no-cases",
  "cohort.no-masks",
  "split.too-few",
  "graph.shape",
  "graph.type",
  "runtime.missing",
  "model.invalid",
  "model.missing",
  "train.diverged",
  "output.full",
  "output.unwritable",
  "run.stopped",
  "defect",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** What to do next, in one sentence. */
  readonly hint?: string;
  /** The file at fault, as the user named it. */
  readonly file?: string;
  readonly cause?: unknown;
}

/** A HeparError as plain data. */
export interface SerializedError {
  readonly name: "HeparError";
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly file?: string;
}

/**
 * The one error type. `code` survives JSON, workers and HTTP, where `instanceof` does not.
 * The message says what, where, what was expected and what was found; the hint what to do.
 */
export class HeparError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly file: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "HeparError";
    this.code = code;
    this.hint = details.hint;
    this.file = details.file;
  }

  /** All that a worker, a log or an HTTP answer needs; `toHeparError` makes the error again. */
  toJSON(): SerializedError {
    const { code, message, hint, file } = this;
    return {
      name: "HeparError",
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(file === undefined ? {} : { file }),
    };
  }

  /** The same error, with the file named if it was not yet. */
  inFile(file: string): HeparError {
    return this.file === undefined
      ? new HeparError(this.code, this.message, {
          file,
          ...(this.hint === undefined ? {} : { hint: this.hint }),
          cause: this.cause,
        })
      : this;
  }
}

/**
 * A HeparError, whatever was thrown: one that crossed a worker or JSON as plain data is made again,
 * and anything unforeseen becomes a `defect` of ours.
 */
export function toHeparError(thrown: unknown): HeparError {
  if (thrown instanceof HeparError) return thrown;
  if (isSerialized(thrown)) return new HeparError(thrown.code, thrown.message, thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HeparError("defect", message, { cause: thrown });
}

function isSerialized(thrown: unknown): thrown is SerializedError {
  if (thrown === null || typeof thrown !== "object") return false;
  const { name, code, message } = thrown as Partial<Record<keyof SerializedError, unknown>>;
  return (
    name === "HeparError" &&
    typeof message === "string" &&
    (errorCodes as readonly unknown[]).includes(code)
  );
}
