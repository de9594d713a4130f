import { z } from "zod";
import { counted } from "../core/index.ts";

/**
 * What a `dataset.json` may say, as the Medical Segmentation Decathlon writes it (labels by number,
 * lists of files) or nnU-Net v2 (labels by name, `channel_names`, `file_ending`). Everything may be
 * missing; whatever else stands there is left alone.
 *
 * @see nnU-Net v2, documentation/dataset_format.md
 */
export const datasetSchema = z.object({
  labels: z.record(z.string(), z.unknown()).optional(),
  numTraining: z.number().optional(),
  numTest: z.number().optional(),
  training: z.array(z.unknown()).optional(),
  test: z.array(z.unknown()).optional(),
  modality: z.record(z.string(), z.unknown()).optional(),
  channel_names: z.record(z.string(), z.unknown()).optional(),
  file_ending: z.string().optional(),
});

export type Dataset = z.infer<typeof datasetSchema>;

/** Names of files that are there: scans by the part of the data that they are in. */
export interface DatasetFiles {
  readonly training: readonly string[];
  readonly test: readonly string[];
}

/**
 * Where a `dataset.json` and what lies beside it do not agree, or say something that hepar takes
 * otherwise; [] when all is well. One sentence each, to stand after the file's path.
 */
export function compareDataset(dataset: Dataset, files: DatasetFiles): string[] {
  return [
    ...countLines("training", { said: dataset.numTraining, there: files.training.length }),
    ...countLines("test", { said: dataset.numTest, there: files.test.length }),
    ...listLines("training", { listed: dataset.training, there: files.training }),
    ...listLines("test", { listed: dataset.test, there: files.test }),
    ...endingLines(dataset.file_ending, [...files.training, ...files.test]),
    ...channelLines(dataset.channel_names ?? dataset.modality),
    ...labelLines(labelsOf(dataset)),
  ];
}

/** Labels by number, whichever way round they are written; what is no whole number is left out. */
export function labelsOf({ labels = {} }: Dataset): ReadonlyMap<number, string> {
  const pairs = Object.entries(labels).flatMap(([key, value]) => {
    if (typeof value === "number") return [[value, key] as const];
    return typeof value === "string" ? [[Number(key), value] as const] : [];
  });
  return new Map(pairs.filter(([label]) => Number.isInteger(label)));
}

const folders = { training: "imagesTr", test: "imagesTs" } as const;
type Part = keyof typeof folders;

function countLines(
  part: Part,
  { said, there }: { readonly said: number | undefined; readonly there: number },
): string[] {
  // Who downloads the training data alone has not lost the rest.
  if (said === undefined || said === there || (part === "test" && there === 0)) return [];
  return [`says ${counted(said, `${part} case`)}, but ${folders[part]} holds ${there}`];
}

function listLines(
  part: Part,
  { listed, there }: { readonly listed: readonly unknown[] | undefined; there: readonly string[] },
): string[] {
  if (listed === undefined || (part === "test" && there.length === 0)) return [];
  const named = new Set(listed.map(nameInList).filter((name) => name !== undefined));
  const found = new Set(there);
  const missing = [...named].filter((name) => !found.has(name));
  const unlisted = there.filter((name) => !named.has(name));
  return [
    ...(missing.length === 0
      ? []
      : [
          `lists ${counted(missing.length, `${part} scan`)} that ${folders[part]} does not hold: ${some(missing)}`,
        ]),
    ...(unlisted.length === 0 || named.size === 0
      ? []
      : [
          `does not list ${counted(unlisted.length, `${part} scan`)} of ${folders[part]}: ${some(unlisted)}`,
        ]),
  ];
}

// A scan by its path, or with its label: { image: "./imagesTr/liver_0.nii.gz", label: … }.
function nameInList(entry: unknown): string | undefined {
  const path =
    typeof entry === "object" && entry !== null ? (entry as { image?: unknown }).image : entry;
  return typeof path === "string" ? path.split("/").at(-1) : undefined;
}

function endingLines(ending: string | undefined, names: readonly string[]): string[] {
  const others = ending === undefined ? [] : names.filter((name) => !name.endsWith(ending));
  return others.length === 0 ? [] : [`says file_ending ${ending}, but there are ${some(others)}`];
}

function channelLines(channels: Dataset["modality"] = {}): string[] {
  const names = Object.values(channels).map(String);
  const others = names.filter((name) => !/\bct\b/i.test(name));
  return others.length === 0
    ? []
    : [`says that the images are ${others.join(", ")}: hepar takes every scan for a CT, in HU`];
}

/** What hepar takes a label for, and the names that say the same. */
const meanings: readonly (readonly [label: number, meaning: string, names: RegExp])[] = [
  [0, "background", /background|clear|none|^0$/i],
  [1, "liver", /liver|hepa|foie|leber/i],
  [2, "tumour", /tumou?r|cancer|lesion|metasta|hcc|carcinoma/i],
];

const labelLines = (labels: ReadonlyMap<number, string>): string[] =>
  [...labels].flatMap(([label, name]) => {
    const known = meanings.find(([number]) => number === label);
    if (known === undefined) {
      return [
        `has a label ${label}, "${name}": it is kept, but counts as neither liver nor tumour`,
      ];
    }
    return known[2].test(name)
      ? []
      : [`calls label ${label} "${name}": hepar takes it for ${known[1]}`];
  });

/** The first three. */
const some = (names: readonly string[]): string =>
  names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
