import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toHeparError } from "../core/index.ts";
import { readJson } from "../files/index.node.ts";
import { compareDataset, type DatasetFiles, datasetSchema, labelsOf } from "./dataset-json.ts";
import type { Claim, DeclaredLabels } from "./found-case.ts";

/** What a `dataset.json` comes to. */
interface ReadDataset {
  /** What it says that is not so, one sentence each. */
  readonly warnings: readonly string[];
  readonly declared?: DeclaredLabels;
}

/**
 * What the `dataset.json` beside each folder of images says. No such file, or one that agrees: no
 * warning. One that cannot be read is a warning too: the scans are there all the same.
 */
export async function readDatasets(claims: readonly Claim[]): Promise<readonly ReadDataset[]> {
  const scans = new Map<string, Claim[]>();
  for (const claim of claims.filter(({ kind }) => kind === "scan")) {
    const file = join(dirname(dirname(claim.path)), "dataset.json");
    scans.set(file, [...(scans.get(file) ?? []), claim]);
  }
  const said = [...scans].map(([file, beside]) => compared(file, filesOf(beside)));
  return Promise.all(said);
}

function filesOf(scans: readonly Claim[]): DatasetFiles {
  const within = (folder: string): string[] =>
    scans
      .filter(({ path }) => basename(dirname(path)).toLowerCase() === folder)
      .map(({ path }) => basename(path));
  return { training: within("imagestr"), test: within("imagests") };
}

async function compared(file: string, files: DatasetFiles): Promise<ReadDataset> {
  if ((await stat(file).catch(() => undefined)) === undefined) return { warnings: [] };
  try {
    const dataset = await readJson(file, datasetSchema);
    const labels = [...labelsOf(dataset).keys()];
    return {
      warnings: compareDataset(dataset, files).map((line) => `${file} ${line}`),
      ...(labels.length === 0 ? {} : { declared: { file, labels } }),
    };
  } catch (thrown) {
    const { message } = toHeparError(thrown);
    return { warnings: [`${message}: what it says of cases and labels is not compared`] };
  }
}
