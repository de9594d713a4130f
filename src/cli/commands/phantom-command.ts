import { readdir } from "node:fs/promises";
import { HeparError } from "../../core/index.ts";
import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { flag, requiredText, whole, wholeOr } from "../option.ts";
import { seed } from "./choices.ts";

/** The command that makes scans with known truth. */
export const phantomCommand = command({
  name: "phantom",
  summary: "a phantom cohort in the LiTS layout, with its exact answers",
  arguments: {},
  options: {
    out: requiredText("<folder>", "where the scans go: new, empty, or phantoms made before"),
    cases: wholeOr(12, { description: "how many patients", from: 1, to: 100_000 }),
    seed,
    width: whole({ description: "columns and rows; default: 512", from: 16, to: 2048 }),
    depth: whole({ description: "slices; default: 36 to 44, by case", from: 1, to: 2000 }),
    gzip: flag(".nii.gz instead of .nii"),
  },
  example: "hepar phantom --out phantoms --cases 4 --seed 7",
  async run({ out, width, depth, ...choices }, { progress, signal }) {
    await requireOwnFolder(out);
    const { writePhantomCohort } = await import("../../phantom/index.node.ts");
    await writePhantomCohort(out, {
      ...choices,
      ...(width === undefined ? {} : { width }),
      ...(depth === undefined ? {} : { depth }),
      progress,
      signal,
    });
    return {
      status: exitStatus.done,
      json: { folder: out, cases: choices.cases, seed: choices.seed },
      lines: [`phantoms: ${out}, their exact answers in truth.json`],
    };
  },
});

// Real scans are named as phantoms are, and must not be written over.
async function requireOwnFolder(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw new HeparError("usage.argument", `${out} is not a folder`, { file: out, cause: error });
  });
  if (names.length === 0 || names.includes("truth.json")) return;
  throw new HeparError("usage.argument", `${out} holds files that are not phantoms`, {
    file: out,
    hint: "choose a new or an empty folder with --out; nothing was changed",
  });
}
