import { resolve } from "node:path";
import { HeparError } from "../core/index.ts";
import { writeFigure } from "../report/index.node.ts";
import type { Figure, LanguageTag, Theme } from "../report/index.ts";
import { caseFigures, caseOfCohort, caseOfFiles, isCaseFigure } from "./figure-case.node.ts";
import { cohortFigures } from "./figure-cohort.node.ts";
import type { FigureName } from "./figure-table.ts";
import { requireCohort } from "./folder.node.ts";

/** A figure to make, and where. */
export interface FigureRequest {
  readonly name: FigureName;
  /** A cohort folder; or a scan, its mask, a prediction. */
  readonly targets: readonly string[];
  /** `.svg` or `.png`. */
  readonly out: string;
  readonly case?: string | undefined;
  readonly model?: string | undefined;
  /** Of the dataframe. */
  readonly columns?: readonly string[] | undefined;
  readonly language: LanguageTag;
  readonly theme: Theme;
  /** Pixels; the figure's own otherwise (PNG: twice it). */
  readonly width?: number | undefined;
}

/**
 * Draws one figure into a file. Nothing else is written, and no step is run.
 *
 * @returns its title and what it shows in words
 * @throws `input.missing` where what it is drawn from is not there, with the command that makes it;
 *   `input.empty` where there is nothing to draw; `usage.*`; what reading scans and tables throws
 */
export async function makeFigure(request: FigureRequest): Promise<Pick<Figure, "title" | "text">> {
  const { name, out, theme, width } = request;
  if (!/\.(svg|png)$/i.test(out)) {
    throw new HeparError("usage.argument", `--out: expected .svg or .png, got ${out}`, {
      hint: "nothing was written",
    });
  }
  const figure = await draw(request);
  if (figure === null) {
    throw new HeparError("input.empty", `${name}: there is nothing to draw`, {
      file: request.targets[0] ?? "",
      hint: whyNothing[name] ?? "its tables hold no value that this figure shows",
    });
  }
  await writeFigure(resolve(out), figure, { theme, width });
  const { title, text } = figure;
  return { title, text };
}

const whyNothing: Partial<Record<FigureName, string>> = {
  lesions: "the mask holds no tumour (label 2)",
  "liver-3d": "the mask holds neither liver (label 1) nor tumour (label 2)",
  "set-aside-dice": "no patients were set aside: train with --watch",
};

async function draw(request: FigureRequest): Promise<Figure | null> {
  const { name, targets, language, model, columns } = request;
  const [first, ...others] = targets;
  const isScan = /\.nii(\.gz)?$/i.test(first);
  if (isScan) {
    if (isCaseFigure(name)) {
      const [mask = null, prediction = null] = others;
      const files = { scan: first, mask, prediction };
      return caseFigures[name](await caseOfFiles(files, { language }));
    }
    throw new HeparError("usage.argument", `${name} is drawn from a cohort, not from a scan`, {
      file: first,
      hint: `hepar figure ${name} <cohort> --out <file>`,
    });
  }
  if (others.length > 0) {
    throw new HeparError(
      "usage.argument",
      `expected one cohort folder, got ${targets.join(", ")}`,
      {
        hint: "or a scan (.nii, .nii.gz), its mask and a prediction",
      },
    );
  }
  const source = { folder: await requireCohort(first), typed: first, model, columns, language };
  if (!isCaseFigure(name)) return cohortFigures[name](source);
  return caseFigures[name](await caseOfCohort({ ...source, case: request.case }, name));
}
