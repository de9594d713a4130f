import { HeparError } from "../../core/index.ts";
import { sha256OfBytes } from "../../files/index.node.ts";
import { readCt, readLabels, readNiftiHeader } from "../../volume/index.node.ts";
import type { NiftiHeader } from "../../volume/index.ts";
import { countLabels } from "../label-counts.ts";
import { sha256OfLabels } from "../labels-hash.node.ts";
import type { Finding } from "./finding.ts";
import { countFractions } from "./fractions.ts";
import { checkHeader } from "./header.ts";
import { checkLabels } from "./labels.ts";
import { checkMask, comparePlaces } from "./pair.ts";
import type { PlannedCase, PlannedFile } from "./plan.node.ts";
import { refusal } from "./refusal.ts";
import { checkScan, type Underlay } from "./scan.ts";

/** A file with its findings, and what its content is known by; without when it was not read. */
export interface CheckedFile {
  readonly path: string;
  readonly kind: "scan" | "mask";
  readonly findings: readonly Finding[];
  readonly sha256?: string;
}

/** The files of a case, the scan first. */
export type CheckedCase = readonly CheckedFile[];

/** Everything that header and voxels of a case's files show. Never throws for a bad file. */
export async function checkCase(files: PlannedCase): Promise<CheckedCase> {
  const [first, second] = files;
  if (second === undefined) return [await checkSingle(first)];
  const scan = await checkScanFile(first);
  const isUnnamed = first.kind === undefined && second.kind === undefined;
  if (isUnnamed && scan.underlay?.isLabels) {
    const other = await checkScanFile(second);
    // Two files without telling names, the labels first: the other one is the scan.
    if (other.underlay?.isLabels === false) return pairOf(other, first);
  }
  return pairOf(scan, second);
}

async function checkSingle(file: PlannedFile): Promise<CheckedFile> {
  if (file.kind === "mask") return checkMaskFile(file, undefined);
  const scan = await checkScanFile(file);
  return file.kind === undefined && scan.underlay?.isLabels
    ? checkMaskFile(file, undefined)
    : withoutUnderlay(scan);
}

async function pairOf(scan: ScanFile, mask: PlannedFile): Promise<CheckedCase> {
  const checked = await checkMaskFile(mask, scan.underlay);
  const isSwapped = checked.findings.some(({ code }) => code === "swapped");
  return [
    // What its voxels seem to be follows from the exchange.
    isSwapped ? { ...withoutUnderlay(scan), findings: [] } : withoutUnderlay(scan),
    { ...checked, findings: notSaidOf(scan, checked.findings) },
  ];
}

/** A mask usually has its scan's header: what that says is said once. */
export function notSaidOf(
  scan: Pick<CheckedFile, "findings">,
  findings: readonly Finding[],
): readonly Finding[] {
  return findings.filter(
    ({ code, detail }) =>
      !scan.findings.some((said) => said.code === code && said.detail === detail),
  );
}

interface ScanFile extends CheckedFile {
  readonly underlay?: Underlay;
}

const withoutUnderlay = ({ underlay: _held, ...file }: ScanFile): CheckedFile => file;

async function checkScanFile({ path }: PlannedFile): Promise<ScanFile> {
  try {
    const { scan, header } = await readCt(path);
    const { findings, underlay } = checkScan(scan, header);
    const sha256 = sha256OfBytes(JSON.stringify(scan.dims), scan.voxels);
    return { path, kind: "scan", findings, underlay, sha256 };
  } catch (thrown) {
    return { path, kind: "scan", findings: [refusal(thrown)] };
  }
}

async function checkMaskFile(
  { path }: PlannedFile,
  scan: Underlay | undefined,
): Promise<CheckedFile> {
  const header = await readNiftiHeader(path).catch(refusal);
  if ("code" in header) return { path, kind: "mask", findings: [header] };
  const said = checkHeader(header);
  try {
    const mask = await readLabels(path);
    const counts = countLabels(mask.voxels);
    const labels =
      scan === undefined ? checkLabels(mask, counts) : checkMask(mask, { scan, counts });
    const isEmpty = labels.some(({ code }) => code === "mask-empty");
    return {
      path,
      kind: "mask",
      findings: [...said, ...labels],
      ...(isEmpty ? {} : { sha256: sha256OfLabels(mask) }),
    };
  } catch (thrown) {
    const findings = [...said, ...(await refusedLabels(thrown, { path, header, scan }))];
    return { path, kind: "mask", findings };
  }
}

async function refusedLabels(
  thrown: unknown,
  { path, header, scan }: { path: string; header: NiftiHeader; scan: Underlay | undefined },
): Promise<readonly Finding[]> {
  if (!(thrown instanceof HeparError) || thrown.code !== "labels.value") return [refusal(thrown)];
  if (scan?.isLabels) return [{ code: "swapped", detail: "" }];
  const places = scan === undefined ? [] : comparePlaces(scan, header);
  const fractions = await readCt(path).then(({ scan: values }) => countFractions(values), refusal);
  return [...places, fractions ?? refusal(thrown)];
}
