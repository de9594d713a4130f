import { type HeparError, toHeparError } from "../../core/index.ts";
import type { Finding } from "./finding.ts";
import { isFindingCode } from "./rules.ts";

/** Header fields, as the reader's messages name them. */
const headerField =
  /\b(sizeof_hdr|pixdim\[\d\]|vox_offset|bitpix|datatype|dim\[\d\]|magic|scl_slope|scl_inter|sform|qform|esize)/;

/** The header's field that a message is about; undefined where the code's own says it better. */
function fieldOf({ code, message }: HeparError): string | undefined {
  if (code === "nifti.gzip") return undefined;
  return /\bheader is cut off/.test(message) ? "header" : headerField.exec(message)?.[1];
}

/** A file that the reader refused, as a finding: what it said is what was found. */
export function refusal(thrown: unknown): Finding {
  const error: HeparError = toHeparError(thrown);
  const field = fieldOf(error);
  return {
    code: isFindingCode(error.code) ? error.code : "defect",
    detail: error.message,
    ...(field === undefined ? {} : { field }),
    ...(error.hint === undefined ? {} : { advice: error.hint }),
  };
}
