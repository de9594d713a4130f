import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { byNaturalOrder, HeparError } from "../core/index.ts";
import { makeFolder } from "../files/index.node.ts";
import { readLabels, writeNifti } from "../volume/index.node.ts";
import { compareGrids, type LabelVolume, requireSameGrid, resample } from "../volume/index.ts";
import {
  type Agreement,
  agreementOf,
  type BlandAltman,
  blandAltman,
  type ConsensusRule,
  consensusOf,
} from "./agreement.ts";

/** Readers' agreement on one scan, or on several. */
export interface FileAgreement {
  readonly cases: readonly (Agreement & { readonly case: string })[];
  /** Of every two readers, over all scans. */
  readonly volumes: readonly {
    readonly readers: readonly [number, number];
    readonly structure: "liver" | "tumour";
    readonly blandAltman: BlandAltman | null;
  }[];
  /** Masks that not every reader has: left out. */
  readonly leftOut: readonly string[];
}

interface AgreementFileOptions {
  readonly resample?: boolean | undefined;
  /** Where a consensus goes: a file for one scan, a folder for several. */
  readonly out?: string | undefined;
  readonly rule: ConsensusRule;
}

/**
 * Agreement of masks of one scan, or of folders, one a reader, whose masks have the same names.
 *
 * @throws `input.missing`, `cohort.no-cases`, `usage.argument`; `geometry.mismatch` and
 *   `geometry.orientation` when grids differ; what `readLabels` throws
 */
export async function agreementOfFiles(
  readers: readonly string[],
  { resample: mayResample = false, out, rule }: AgreementFileOptions,
): Promise<FileAgreement> {
  const { scans, leftOut, isOne } = await scansOf(readers);
  if (out !== undefined && !isOne) await makeFolder(out);
  const cases: FileAgreement["cases"][number][] = [];
  for (const { name, paths } of scans) {
    const masks = await readMasks(paths, mayResample);
    cases.push({ case: name, ...agreementOf(masks) });
    if (out === undefined) continue;
    await writeNifti(isOne ? out : join(out, `${name}.nii.gz`), consensusOf(masks, rule));
  }
  const volumes = readers.flatMap((_, a) =>
    readers.slice(a + 1).flatMap((__, after) =>
      (["liver", "tumour"] as const).map((structure) => {
        const both = [a, a + 1 + after] as const;
        const differences = cases.flatMap((one) => {
          const pair = one[structure].pairs.find(
            ({ readers: [c, d] }) => c === both[0] && d === both[1],
          );
          return pair?.differenceMl ?? [];
        });
        return { readers: both, structure, blandAltman: blandAltman(differences) };
      }),
    ),
  );
  return { cases, volumes, leftOut };
}

async function readMasks(
  paths: readonly string[],
  mayResample: boolean,
): Promise<readonly LabelVolume[]> {
  const masks = await Promise.all(paths.map(readLabels));
  return masks.map((mask, index) => {
    if (compareGrids(masks[0], mask).same) return mask;
    if (mayResample) return resample(mask, masks[0]);
    try {
      requireSameGrid(masks[0], mask, { what: "mask" });
    } catch (thrown) {
      throw thrown instanceof HeparError ? thrown.inFile(paths[index]) : thrown;
    }
    return mask;
  });
}

interface Scan {
  readonly name: string;
  readonly paths: readonly string[];
}

async function scansOf(readers: readonly string[]): Promise<{
  readonly scans: readonly Scan[];
  readonly leftOut: readonly string[];
  readonly isOne: boolean;
}> {
  const folders = await Promise.all(
    readers.map(async (path) => {
      const found = await stat(path).catch((cause: unknown) => {
        throw new HeparError("input.missing", `there is nothing at ${path}`, { file: path, cause });
      });
      return found.isDirectory();
    }),
  );
  if (!folders.some(Boolean)) {
    return { scans: [{ name: stemOf(readers[0]), paths: readers }], leftOut: [], isOne: true };
  }
  if (!folders.every(Boolean)) {
    throw new HeparError("usage.argument", "expected masks of one scan, or folders, got both", {
      hint: "hepar agreement <mask> <mask>…, or one folder a reader",
    });
  }
  const lists = await Promise.all(
    readers.map(async (folder) => {
      const names = (await readdir(folder)).filter((name) => /^[^.].*\.nii(\.gz)?$/i.test(name));
      return new Map(names.map((name) => [stemOf(name), join(folder, name)]));
    }),
  );
  const names = [...new Set(lists.flatMap((list) => [...list.keys()]))].sort(byNaturalOrder);
  const [shared, leftOut] = [true, false].map((wanted) =>
    names.filter((name) => lists.every((list) => list.has(name)) === wanted),
  );
  if (shared.length === 0) {
    throw new HeparError("cohort.no-cases", "no mask has the same name in all folders", {
      hint: "give the masks of a scan the same file name in each reader's folder",
    });
  }
  const scans = shared.map((name) => ({
    name,
    paths: lists.flatMap((list) => list.get(name) ?? []),
  }));
  return { scans, leftOut, isOne: false };
}

const stemOf = (path: string): string => basename(path).replace(/\.nii(\.gz)?$/i, "");
