import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { choice, flag, manyArguments, text } from "../option.ts";

const consensus = choice(["staple", "majority"], {
  description: "the rule of the mask that --out writes",
  fallback: "staple",
});

/** The command that compares several readers of the same scans. */
export const agreementCommand = command({
  name: "agreement",
  summary: "how readers of the same scans agree: overlap, kappa, volumes, STAPLE, a consensus mask",
  arguments: {
    masks: manyArguments("two or more masks of one scan, or folders of masks, one a reader"),
  },
  options: {
    resample: flag("masks on other grids are brought onto the first one's, from the nearest voxel"),
    consensus,
    out: text("<path>", "a consensus mask (.nii.gz), or for folders a folder of them"),
  },
  example: "hepar agreement reader-a.nii.gz reader-b.nii.gz reader-c.nii.gz --out consensus.nii.gz",
  async run({ masks, resample, consensus, out }) {
    const { agreementOfFiles } = await import("../../evaluate/index.node.ts");
    const { agreementLines } = await import("../../evaluate/index.ts");
    const found = await agreementOfFiles(masks, { resample, out, rule: consensus });
    return {
      status: exitStatus.done,
      json: { readers: masks, ...found, consensus: out ?? null },
      lines: [
        ...found.leftOut.map((name) => `warning: ${name}: not every reader has it, left out`),
        ...masks.map((path, reader) => `reader ${reader + 1}: ${path}`),
        ...found.cases.flatMap((one) => [`${one.case}:`, ...agreementLines(one)]),
        ...(out === undefined ? [] : [`consensus (${consensus}): ${out}`]),
      ],
    };
  },
});
