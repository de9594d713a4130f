import type { Finding } from "./finding.ts";
import type { Severity, Stage } from "./rule.ts";
import { type FindingCode, findingRules } from "./rules.ts";

/** A finding with everything that a person or a program needs to act on it. */
export interface ReportedFinding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** The file, as it was named or found; a folder where it is about one. */
  readonly file: string;
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  readonly means: string;
  readonly advice: string;
  readonly stage: Stage;
}

/** What a check found, sorted by file, and in each file the worst first. */
export interface CheckReport {
  /** Files that were looked at. */
  readonly files: number;
  /** Scans that were held against their masks. */
  readonly pairs: number;
  /** Whether only headers were read, so that nothing is said of voxels. */
  readonly headersOnly: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly findings: readonly ReportedFinding[];
}

/** A finding about a file, with the words of its rule. */
export function reported(file: string, finding: Finding): ReportedFinding {
  const { code, detail } = finding;
  const rule = findingRules[code];
  return {
    severity: rule.severity,
    code,
    file,
    field: finding.field ?? rule.field,
    found: detail,
    expected: finding.expected ?? rule.expected,
    means: rule.means(detail),
    advice: finding.advice ?? rule.advice,
    stage: rule.stage,
  };
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** The report of findings that come file by file, in the order in which files shall be shown. */
export function reportOf(
  findings: readonly ReportedFinding[],
  looked: Pick<CheckReport, "files" | "pairs" | "headersOnly">,
): CheckReport {
  const places = new Map<string, number>();
  for (const { file } of findings) if (!places.has(file)) places.set(file, places.size);
  const place = ({ file }: ReportedFinding): number => places.get(file) ?? 0;
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    ...looked,
    errors: count("error"),
    warnings: count("warning"),
    notes: count("note"),
    findings: [...findings].sort(
      (a, b) => place(a) - place(b) || order[a.severity] - order[b.severity],
    ),
  };
}
