import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { requiredText, whole, wholeOr } from "../option.ts";
import { seed } from "./choices.ts";

/** The command that makes scans with known truth. */
export const phantomCommand = command({
  name: "phantom",
  summary: "a phantom cohort in the LiTS layout, with its exact answers",
  arguments: {},
  options: {
    out: requiredText("<folder>", "where the scans go: a new or an empty folder"),
    cases: wholeOr(12, { description: "how many patients", from: 1, to: 100_000 }),
    seed,
    width: whole({ description: "columns and rows of a slice", from: 32, to: 1024 }),
    depth: whole({ description: "slices of a scan", from: 4, to: 2000 }),
  },
  example: "hepar phantom --out phantoms --cases 4 --seed 7",
  async run({ out, ...choices }, { progress, signal }) {
    const { writePhantomCohort } = await import("../../phantom/index.node.ts");
    await writePhantomCohort(out, { ...choices, progress, signal });
    return {
      status: exitStatus.done,
      json: { folder: out, cases: choices.cases, seed: choices.seed },
      lines: [`phantoms: ${out}`],
    };
  },
});
