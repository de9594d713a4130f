import { join } from "node:path";
import { writeAtomically } from "../files/index.node.ts";
import type { Figure } from "./figures/drawing.ts";
import { type Theme, withoutVariables } from "./figures/palette.ts";
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

/**
 * Writes one figure as SVG or PNG, by the path's ending.
 *
 * @param options.width - pixels; default: the figure's own, and twice it for a PNG
 * @throws `output.full`, `output.unwritable`
 */
export async function writeFigure(
  path: string,
  { svg }: Figure,
  { theme, width }: { readonly theme: Theme; readonly width?: number | undefined },
): Promise<void> {
  const isPng = path.toLowerCase().endsWith(".png");
  const content = isPng
    ? figurePng(svg, { theme, width })
    : `${withoutVariables(width === undefined ? svg : atWidth(svg, width), theme)}\n`;
  await writeAtomically(path, content);
}

/** The same drawing, larger or smaller: its view box stays. */
function atWidth(svg: string, width: number): string {
  const [, own = "1"] = /^<svg[^>]* width="([\d.]+)"/.exec(svg) ?? [];
  return svg.replace(/^<svg[^>]*>/, (tag) =>
    tag
      .replace(/ width="[\d.]+"/, ` width="${width}"`)
      .replace(
        / height="([\d.]+)"/,
        (_, height: string) => ` height="${Math.round((Number(height) * width) / Number(own))}"`,
      ),
  );
}
