import type { HeparError } from "../core/index.ts";
import { statusOf } from "./exit-status.ts";

/**
 * An error as people read it: `error[code]: message`, then the file and what to do next. A defect
 * asks for a report; the stack is shown only on demand, since it holds paths.
 */
export function errorLines(
  error: HeparError,
  { version, debug }: { readonly version: string; readonly debug: boolean },
): string[] {
  const { code, message, file, hint } = error;
  return [
    `error[${code}]: ${message}`,
    ...(file === undefined || message.includes(file) ? [] : [`  file: ${file}`]),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ...(statusOf[code] === 1 ? [defectLine(version)] : []),
    ...(debug ? stackLines(error) : []),
  ];
}

/** The same for `--json`. */
export const errorJson = ({ code, message, hint, file }: HeparError): object => ({
  error: { code, message, hint: hint ?? null, file: file ?? null },
});

const defectLine = (version: string): string =>
  `  This is a defect of hepar ${version}. Please report it with the command that you gave, less the names of patients; HEPAR_DEBUG=1 shows where it arose.`;

function stackLines(error: HeparError): string[] {
  const { cause } = error;
  const stacks = [error.stack ?? "", cause instanceof Error ? `caused by: ${cause.stack}` : ""];
  return stacks.filter((stack) => stack !== "").flatMap((stack) => stack.split("\n"));
}
