import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeparError } from "../../core/index.ts";
import type { ReportDocument } from "./document.ts";
import { charactersOf, drawable } from "./glyphs.ts";
import { template, typstInputOf } from "./typst.ts";

/**
 * What a PDF promises: PDF/UA-1 (who cannot see can read it), PDF/A-2a (archives can keep it, and the
 * same), PDF/A-2b (archives can keep it). typst takes one at a time; all are tagged.
 */
type PdfStandard = "ua-1" | "a-2a" | "a-2b";

export interface PdfOptions {
  /** Default: a4. */
  readonly paper?: "a4" | "letter";
  /** Default: ua-1. */
  readonly standard?: PdfStandard;
}

/**
 * A document as a tagged PDF. Fonts are embedded and come with hepar: the same on every machine.
 * Characters that they lack are written by their number.
 *
 * @throws `runtime.missing` when typst is not there for this machine
 */
export async function pdfOf(
  document: ReportDocument,
  { paper = "a4", standard = "ua-1" }: PdfOptions = {},
): Promise<Buffer> {
  const { NodeCompiler } = await typst();
  const fonts = fontBytes();
  // Nothing is read from the machine: all files are given, in a folder that does not exist.
  const root = join(tmpdir(), "hepar-no-such-folder");
  const compiler = NodeCompiler.create({ workspace: root, fontArgs: [{ fontBlobs: [...fonts] }] });
  const has = charactersOfAll(fonts);
  const { data, files } = typstInputOf(document, {
    paper: paper === "a4" ? "a4" : "us-letter",
    drawable: (text) => drawable(text, has),
  });
  compiler.mapShadow(join(root, "data.json"), Buffer.from(JSON.stringify(data)));
  for (const [path, bytes] of files) compiler.mapShadow(join(root, path), Buffer.from(bytes));
  const { result, error } = compiled(compiler.compile({ mainFileContent: template }));
  if (result === null) throw new HeparError("defect", `the report could not be set: ${error}`);
  return compiler.pdf(result, {
    pdfStandard: standard,
    creationTimestamp: Math.floor(Date.parse(document.when) / 1000),
  });
}

type Typst = typeof import("@myriaddreamin/typst-ts-node-compiler");
type Compiled = ReturnType<InstanceType<Typst["NodeCompiler"]>["compile"]>;

const compiled = (outcome: Compiled) => ({
  result: outcome.result,
  error: outcome.hasError() ? JSON.stringify(outcome.takeError()?.shortDiagnostics) : "",
});

async function typst(): Promise<Typst> {
  try {
    return await import("@myriaddreamin/typst-ts-node-compiler");
  } catch (cause) {
    throw new HeparError("runtime.missing", "typst, which sets the PDF, cannot be loaded", {
      cause,
      hint: "npm install --include=optional; the page, Markdown and JSON need no typst",
    });
  }
}

const fontNames = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];
let fontsRead: readonly Buffer[] | undefined;

function fontBytes(): readonly Buffer[] {
  const { resolve } = createRequire(import.meta.url);
  fontsRead ??= fontNames.map((name) => readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}`)));
  return fontsRead;
}

let known: ReadonlySet<number> | undefined;

/** What regular and bold can both draw. */
function charactersOfAll(fonts: readonly Uint8Array[]): ReadonlySet<number> {
  if (known !== undefined) return known;
  const [first = new Set<number>(), ...others] = fonts.map(charactersOf);
  known = new Set([...first].filter((point) => others.every((other) => other.has(point))));
  return known;
}
