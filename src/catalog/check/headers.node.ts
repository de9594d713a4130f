import { readNiftiHeader } from "../../volume/index.node.ts";
import type { NiftiHeader } from "../../volume/index.ts";
import { type CheckedCase, type CheckedFile, notSaidOf } from "./case.node.ts";
import { checkHeader } from "./header.ts";
import { comparePlaces } from "./pair.ts";
import type { PlannedCase, PlannedFile } from "./plan.node.ts";
import { refusal } from "./refusal.ts";

/** Everything that the headers of a case's files show. Never throws for a bad file. */
export async function checkHeaders([first, second]: PlannedCase): Promise<CheckedCase> {
  const scan = await headerOf(first);
  if (second === undefined) return [checkedFile(first, scan)];
  const mask = await headerOf(second);
  const own = checkedFile(first, scan);
  const other = checkedFile(second, mask);
  const places =
    scan.header === undefined || mask.header === undefined
      ? []
      : comparePlaces(scan.header, mask.header);
  return [
    own,
    { ...other, kind: "mask", findings: [...notSaidOf(own, other.findings), ...places] },
  ];
}

interface ReadHeader {
  readonly header?: NiftiHeader;
  readonly findings: CheckedFile["findings"];
}

const headerOf = ({ path }: PlannedFile): Promise<ReadHeader> =>
  readNiftiHeader(path).then(
    (header) => ({ header, findings: checkHeader(header) }),
    (thrown: unknown) => ({ findings: [refusal(thrown)] }),
  );

const checkedFile = ({ path, kind }: PlannedFile, { findings }: ReadHeader): CheckedFile => ({
  path,
  kind: kind ?? "scan",
  findings,
});
