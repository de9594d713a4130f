import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCasesCsv } from "./cases-csv.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-csv-"));
});
afterAll(() => rm(folder, { recursive: true }));

const csv = () => join(folder, "cases.csv");

async function read(text: string | Uint8Array) {
  await writeFile(csv(), text);
  return readCasesCsv(csv());
}

test("cases in natural order, paths relative to the table, patients and visits", async () => {
  const { cases, warnings, layout } = await read(
    "case,scan,mask,patient,date\nb-10,x/b.nii,,P2,\nb-2,/abs/a.nii,../m.nii.gz,P1,2024-03-01\n",
  );
  expect(layout).toBe("csv");
  expect(warnings).toEqual([]);
  expect(cases).toEqual([
    {
      case: "b-2",
      scanPath: "/abs/a.nii",
      maskPath: join(folder, "../m.nii.gz"),
      patient: "P1",
      visit: "2024-03-01",
    },
    { case: "b-10", scanPath: join(folder, "x/b.nii"), maskPath: null, patient: "P2" },
  ]);
});

test("row 77: byte-order mark, CRLF, semicolons, a quoted line break, a formula cell", async () => {
  const { cases, warnings } = await read(
    '\ufeffage;mask;scan;case\r\n61;;"a\r\n""b"".nii";one\r\n;m.nii;\'=SUM(A1).nii;=2\r\n',
  );
  expect(cases).toEqual([
    { case: "=2", scanPath: join(folder, "=SUM(A1).nii"), maskPath: join(folder, "m.nii") },
    { case: "one", scanPath: join(folder, 'a\r\n"b".nii'), maskPath: null },
  ]);
  expect(warnings).toEqual([`${csv()}: the column "age" is not used`]);
});

test.each([
  ["no titles", "", "lacks case, scan, mask; it has none"],
  ["wrong titles", "id,image,label\n1,a,b\n", "lacks case, scan, mask; it has id, image, label"],
  ["a column twice", "case,scan,mask,scan\n1,a,b,c\n", "has the column scan twice"],
  ["visit and date", "case,scan,mask,visit,date\n", "has both visit and date, which are one thing"],
  ["no name", "case,scan,mask\na,a,\n,b,\n", "row 3: the column case is empty"],
  ["no scan", "case,scan,mask\na,,m\n", "row 2: the column scan is empty"],
  ["a zero byte", "case,scan,mask\na,b\0,\n", "row 2: scan holds a zero byte"],
  ["dots", "case,scan,mask\n..,b,\n", 'row 2: the case ".." cannot name a folder; "_" could'],
  [
    "a path",
    "case,scan,mask\na/../b,b,\n",
    'row 2: the case "a/../b" cannot name a folder; "a_.._b" could',
  ],
  [
    "an open quote",
    'case,scan,mask\n"a,b,c\n',
    "expected a CSV table: row 2: a quote is opened and never closed",
  ],
  ["a short row", "case,scan,mask\na,b\n", "expected a CSV table: row 2 has 2 fields, expected 3"],
  [
    "Latin-1",
    Buffer.from("case,scan,mask\né,b,\n", "latin1"),
    "expected a CSV table: it is not UTF-8 text",
  ],
])("row 77: %s", async (_, text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    code: "table.unreadable",
    message: `${csv()}: ${message}`,
    file: csv(),
    hint: "the table needs the columns case, scan, mask and may have patient, and visit or date; paths are relative to its folder",
  });
});

test("row 76: a case that is there twice, also in other letters", async () => {
  await expect(read("case,scan,mask\na,x,\nb,y,\nA,z,\n")).rejects.toMatchObject({
    code: "input.ambiguous",
    message: `${csv()}: the case A stands in row 2 and in row 4`,
  });
});

test("row 74: no such table, a folder, a table without cases", async () => {
  const gone = join(folder, "gone.csv");
  await expect(readCasesCsv(gone)).rejects.toMatchObject({
    code: "input.missing",
    message: `there is no file ${gone}`,
  });
  await expect(readCasesCsv(folder)).rejects.toMatchObject({
    code: "table.unreadable",
    message: `${folder}: it is not a file`,
  });
  await expect(read("case,scan,mask\n\n")).rejects.toMatchObject({
    code: "cohort.no-cases",
    message: `${csv()} lists no cases`,
  });
});
