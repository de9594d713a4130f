import { type HeparError, toHeparError } from "../../core/index.ts";
import type { Finding } from "./finding.ts";
import { isFindingCode } from "./rules.ts";

/** Header fields, as the reader's messages name them. */
const headerField =
  /\b(sizeof_hdr|pixdim\[\d\]|vox_offset|bitpix|datatype|dim\[\d\]|magic|scl_slope|scl_inter|sform|qform|esize)/;

/** A file that the reader refused, as a finding: what it said is what was found. */
export function refusal(thrown: unknown): Finding {
  const error: HeparError = toHeparError(thrown);
  const field = headerField.exec(error.message)?.[1];
  return {
    code: isFindingCode(error.code) ? error.code : "defect",
    detail: error.message,
    ...(field === undefined ? {} : { field }),
    ...(error.hint === undefined ? {} : { advice: error.hint }),
  };
}
