// Makes the cohort that the report's benchmark tells of: a few phantoms, and copies of them under other names.
import { execFile } from "node:child_process";
import { link, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readTable, writeTable } from "../dist/catalog/index.node.js";
import { sliceColumns } from "../dist/slices/index.js";
import { lesionColumns, studiedColumns } from "../dist/study/index.js";

const run = promisify(execFile);
const hepar = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const originals = 6;

/** A cohort of so many cases at `<folder>/cohort`, catalogued, studied and converted. */
export async function makeCohort(folder, cases) {
  const [data, cohort] = [join(folder, "data"), join(folder, "cohort")];
  await run(process.execPath, [hepar, "phantom", "--out", data, "--cases", String(originals)]);
  await run(process.execPath, [hepar, "catalog", data, "--out", cohort]);
  await run(process.execPath, [hepar, "convert", cohort]);
  await multiply(cohort, cases);
  return cohort;
}

/** Rows and images of the first cases again, under the names of the others. */
async function multiply(cohort, cases) {
  const rows = await readTable(join(cohort, "catalog.parquet"), studiedColumns);
  const lesions = await readTable(join(cohort, "lesions.parquet"), lesionColumns);
  const slices = await readTable(join(cohort, "slices/slices.parquet"), sliceColumns);
  const all = { rows: [...rows], lesions: [...lesions], slices: [...slices] };
  for (let copy = rows.length; copy < cases; copy++) {
    const row = rows[copy % rows.length];
    const name = `volume-${copy}`;
    const renamed = (path) =>
      path.replaceAll(`${row.case}/`, `${name}/`).replaceAll(`${row.case}_`, `${name}_`);
    all.rows.push({ ...row, case: name, patient: name });
    all.lesions.push(
      ...lesions.filter((one) => one.case === row.case).map((one) => ({ ...one, case: name })),
    );
    for (const slice of slices.filter((one) => one.case === row.case)) {
      const again = {
        ...slice,
        case: name,
        image: renamed(slice.image),
        mask: renamed(slice.mask),
      };
      for (const kind of ["image", "mask"]) {
        await mkdir(dirname(join(cohort, again[kind])), { recursive: true });
        await link(join(cohort, slice[kind]), join(cohort, again[kind]));
      }
      all.slices.push(again);
    }
  }
  await writeTable(join(cohort, "catalog.parquet"), studiedColumns, all.rows);
  await writeTable(join(cohort, "lesions.parquet"), lesionColumns, all.lesions);
  await writeTable(join(cohort, "slices/slices.parquet"), sliceColumns, all.slices);
}
