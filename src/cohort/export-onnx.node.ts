import { join, resolve } from "node:path";
import { HeparError } from "../core/index.ts";
import { type ExportedOnnx, exportOnnx } from "../exchange/index.node.ts";
import { exists } from "./folder.node.ts";
import { layout } from "./layout.ts";
import { type ModelPlace, networksOf, onlyModel, requireModel } from "./model.node.ts";

/**
 * Writes a cohort's model, or the model in a folder, as one ONNX file; see `exportOnnx`.
 *
 * @param options.source - a cohort, or a model's folder
 * @param options.model - which of the cohort's; not needed where it has one
 * @returns also the file's absolute path
 * @throws `model.missing`; `usage.argument` for a model of several networks
 */
export async function exportOnnxModel(options: {
  readonly source: string;
  readonly model: string | undefined;
  readonly out: string;
  readonly version: string;
}): Promise<ExportedOnnx & { readonly file: string }> {
  const file = resolve(options.out);
  if (!file.endsWith(".onnx")) {
    throw new HeparError("usage.argument", `--out: expected a name ending in .onnx, got ${file}`, {
      file,
      hint: "nothing was written",
    });
  }
  const place = await modelOf(resolve(options.source), options.model);
  requireOneNetwork(place);
  const { version } = options;
  return { ...(await exportOnnx(place.folder, { out: file, name: place.name, version })), file };
}

async function modelOf(source: string, typed: string | undefined): Promise<ModelPlace> {
  if (!(await exists(join(source, layout.catalog)))) {
    if (typed === undefined) return requireModel(resolve("."), source);
    throw new HeparError("usage.argument", `--model: ${source} is not a cohort`, {
      file: source,
      hint: "give a cohort with --model, or the model's folder without",
    });
  }
  if (typed !== undefined) return requireModel(source, typed);
  const found = await onlyModel(source);
  if (found !== undefined) return found;
  throw new HeparError("model.missing", "the cohort has no trained model", {
    file: source,
    hint: "train one with: hepar train <cohort> --model <name>",
  });
}

function requireOneNetwork(place: ModelPlace): void {
  const networks = networksOf(place);
  if (networks.length === 1) return;
  const [{ folder }] = networks;
  throw new HeparError(
    "usage.argument",
    `${place.name} is ${networks.length} networks, whose mean is taken at the scan's own size: no one graph gives the same labels`,
    { file: place.folder, hint: `export them one by one, such as: hepar export onnx ${folder}` },
  );
}
