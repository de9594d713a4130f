import { stat } from "node:fs/promises";
import { readNiftiHeader } from "../../volume/index.node.ts";
import { type NiftiHeader, voxelCount } from "../../volume/index.ts";
import { type CheckedCase, type CheckedFile, notSaidOf } from "./case.node.ts";
import { type Finding, when } from "./finding.ts";
import { checkHeader } from "./header.ts";
import { comparePlaces } from "./pair.ts";
import type { PlannedCase, PlannedFile } from "./plan.node.ts";
import { refusal } from "./refusal.ts";

/** Everything that the headers of a case's files show. Never throws for a bad file. */
export async function checkHeaders([first, second]: PlannedCase): Promise<CheckedCase> {
  const scan = await headerOf(first);
  const own = checkedFile(first, scan);
  if (second === undefined) return [own];
  const mask = await headerOf(second);
  const other = checkedFile(second, mask);
  const places =
    scan.header === undefined || mask.header === undefined
      ? []
      : comparePlaces(scan.header, mask.header);
  const findings = [...notSaidOf(own, other.findings), ...places];
  return [own, { ...other, kind: "mask", findings }];
}

interface ReadHeader {
  readonly header?: NiftiHeader;
  readonly findings: readonly Finding[];
}

async function headerOf({ path }: PlannedFile): Promise<ReadHeader> {
  try {
    const header = await readNiftiHeader(path);
    return { header, findings: [...checkHeader(header), ...(await checkLength(path, header))] };
  } catch (thrown) {
    return { findings: [refusal(thrown)] };
  }
}

/** Whether a file can hold its voxels; only where they are neither packed nor in another file. */
async function checkLength(path: string, header: NiftiHeader): Promise<readonly Finding[]> {
  if (header.pair || /\.gz$/i.test(path)) return [];
  const { size } = await stat(path);
  const needed = header.voxelOffset + voxelCount(header) * header.bytesPerVoxel;
  return when(size < needed, "nifti.truncated", `${size} bytes, expected ${needed}`);
}

const checkedFile = ({ path, kind }: PlannedFile, { findings }: ReadHeader): CheckedFile => ({
  path,
  kind: kind ?? "scan",
  findings,
});
