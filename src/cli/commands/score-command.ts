import { join } from "node:path";
import { randomFrom } from "../../core/index.ts";
import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { argument, choice, flag, positive, text } from "../option.ts";
import { scoreMode } from "./choices.ts";

const connectivity = choice(["26", "18", "6"], {
  description: "tumour voxels that are one lesion share a corner, an edge, or a face",
  fallback: "26",
});

/** The command that compares masks with references, outside any cohort. */
export const scoreCommand = command({
  name: "score",
  summary: "how right masks are: Dice, distances, lesions, burden; one pair, or two folders",
  arguments: {
    reference: argument("the reference mask, or a folder of them"),
    prediction: argument("the mask to score, or a folder of them"),
  },
  options: {
    mode: scoreMode,
    tolerance: positive("mm that a surface may be off and still count in NSD; default 3"),
    connectivity,
    resample: flag(
      "a mask on another grid is brought onto the reference's, from the nearest voxel",
    ),
    out: text("<folder>", "the tables too: cases, lesions (.csv, .parquet) and summary.json"),
  },
  example: "hepar score labelsTs predictions --out scores",
  async run({ reference, prediction, mode, tolerance, connectivity, resample, out }) {
    const { scoreFiles, writeScores } = await import("../../evaluate/index.node.ts");
    const { caseJson, litsLines, summariseFully, summariseLits, summaryLines } = await import(
      "../../evaluate/index.ts"
    );
    const found = await scoreFiles(reference, prediction, {
      lits: mode === "lits",
      toleranceMm: tolerance,
      connectivity: ({ "6": 6, "18": 18, "26": 26 } as const)[connectivity],
      resample,
    });
    const of = { model: prediction, unseen: false };
    const summary = summariseFully(of, found.cases, { random: randomFrom("evaluate") });
    const lits = mode === "lits" ? summariseLits(found.lits) : null;
    if (out !== undefined) await writeScores(out, { cases: found.cases, summary, lits });
    const { model: _, unseen: __, ...numbers } = summary;
    return {
      status: found.failures.length > 0 ? exitStatus.someFailed : exitStatus.done,
      json: {
        cases: found.cases.map(caseJson),
        summary: numbers,
        lits,
        warnings: found.warnings,
        failures: found.failures,
      },
      lines: [
        ...found.failures.map(
          ({ case: name, code, reason }) => `failed: ${name} (${code}): ${reason}`,
        ),
        ...found.warnings.map((warning) => `warning: ${warning}`),
        ...(lits === null ? summaryLines(summary) : litsLines(lits)),
        ...(out === undefined ? [] : [`tables: ${join(out, "cases.csv")}`]),
      ],
    };
  },
});
