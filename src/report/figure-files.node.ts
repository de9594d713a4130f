import { join } from "node:path";
import { writeAtomically } from "../files/index.node.ts";
import type { Figure } from "./figures/drawing.ts";
import { withoutVariables } from "./figures/palette.ts";
import { figurePng } from "./figures/png.node.ts";

/** Where a cohort's figures lie, relative to its folder. */
const figuresFolder = "report/figures";

/**
 * Writes each figure as SVG and as PNG.
 *
 * @param options.folder - relative to the cohort folder; default: that of the report's figures
 * @returns the files' paths relative to the cohort folder
 */
export async function writeFigures(
  cohort: string,
  figures: readonly Figure[],
  { folder = figuresFolder }: { readonly folder?: string } = {},
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { id, svg } of figures) {
    const forms = [
      [`${folder}/${id}.svg`, `${withoutVariables(svg)}\n`],
      [`${folder}/${id}.png`, figurePng(svg)],
    ] as const;
    for (const [path, content] of forms) {
      await writeAtomically(join(cohort, path), content);
      written.push(path);
    }
  }
  return written;
}
