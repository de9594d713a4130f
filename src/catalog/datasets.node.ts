import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toHeparError } from "../core/index.ts";
import { readJson } from "../files/index.node.ts";
import { compareDataset, type DatasetFiles, datasetSchema } from "./dataset-json.ts";
import type { Claim } from "./found-case.ts";

/**
 * What the `dataset.json` beside each folder of images says that is not so, one sentence each. No
 * such file, or one that agrees: []. One that cannot be read is a sentence too: the scans are there
 * all the same.
 */
export async function readDatasets(claims: readonly Claim[]): Promise<string[]> {
  const scans = new Map<string, Claim[]>();
  for (const claim of claims.filter(({ kind }) => kind === "scan")) {
    const file = join(dirname(dirname(claim.path)), "dataset.json");
    scans.set(file, [...(scans.get(file) ?? []), claim]);
  }
  const said = [...scans].map(([file, beside]) => compared(file, filesOf(beside)));
  return (await Promise.all(said)).flat();
}

function filesOf(scans: readonly Claim[]): DatasetFiles {
  const within = (folder: string): string[] =>
    scans
      .filter(({ path }) => basename(dirname(path)).toLowerCase() === folder)
      .map(({ path }) => basename(path));
  return { training: within("imagestr"), test: within("imagests") };
}

async function compared(file: string, files: DatasetFiles): Promise<string[]> {
  if ((await stat(file).catch(() => undefined)) === undefined) return [];
  try {
    const dataset = await readJson(file, datasetSchema);
    return compareDataset(dataset, files).map((line) => `${file} ${line}`);
  } catch (thrown) {
    const { message } = toHeparError(thrown);
    return [`${message}: what it says of cases and labels is not compared`];
  }
}
