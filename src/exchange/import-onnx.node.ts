import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { HeparError } from "../core/index.ts";
import { sha256OfBytes, writeFoldersAtomically, writeJson } from "../files/index.node.ts";
import { type NetworkSpec, networkSpecSchema } from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import { type OnnxFile, readOnnxFile, sizeOf } from "../onnx/index.ts";
import { inputShapeOf, type NetworkPorts, outputShapeOf, requireFit } from "./network-fit.ts";
import { networkMetadataKey } from "./network-metadata.ts";
import { readWholeOnnx } from "./onnx-numbers.node.ts";

/** A network that can be predicted with. */
export interface ImportedNetwork {
  /** Absolute; what `hepar predict --model` takes. */
  readonly folder: string;
  readonly spec: NetworkSpec;
  /** Of the trial run on zeros. */
  readonly runtime: string;
  readonly operators: readonly string[];
}

/**
 * Takes a network from elsewhere in: checks the file against its description, runs it once on zeros,
 * and writes a model's folder: model.onnx (one file, whatever it was) and network.json.
 *
 * @param file - an ONNX file
 * @param options.description - the path of a JSON file, as `networkSpecSchema` says; not given: what
 *   the file itself says, if hepar exported it
 * @param options.out - a new or empty folder, or one of an earlier import, which is replaced
 * @throws `input.missing`; `model.invalid` when the file, the description, or the two together are
 *   wrong, or the runtime refuses it; `usage.argument`, `usage.missing`; `output.full`,
 *   `output.unwritable`
 */
export async function importOnnx(
  file: string,
  options: { readonly description?: string | undefined; readonly out: string },
): Promise<ImportedNetwork> {
  const folder = resolve(options.out);
  await requireOwnFolder(folder);
  const bytes = await readWholeOnnx(file);
  const onnx = readOnnxFile(bytes);
  const described = await descriptionOf(onnx, { file, path: options.description });
  try {
    requireKnownDomains(onnx);
    const ports = requireFit(onnx, described);
    const runtime = await tryOnZeros(bytes, { spec: described, ports });
    const spec = withNames(described, { ports, onnxSha256: sha256OfBytes(bytes) });
    await writeFoldersAtomically([folder], async ([draft]) => {
      await writeFile(join(draft, "model.onnx"), bytes);
      await writeJson(join(draft, "network.json"), spec);
    });
    return { folder, spec, runtime, operators: onnx.operators };
  } catch (thrown) {
    throw thrown instanceof HeparError ? thrown.inFile(file) : thrown;
  }
}

const withNames = (
  { input, output, ...rest }: NetworkSpec,
  { ports, onnxSha256 }: { readonly ports: NetworkPorts; readonly onnxSha256: string },
): NetworkSpec => ({
  ...rest,
  input: { ...input, name: ports.input.name },
  output: { ...output, name: ports.output.name },
  onnxSha256,
});

async function requireOwnFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw new HeparError("usage.argument", `--out: ${folder} is no folder`, {
      file: folder,
      hint: "choose a new folder",
      cause,
    });
  });
  const ours = new Set(["model.onnx", "network.json"]);
  if (names.every((name) => ours.has(name))) return;
  throw new HeparError("usage.argument", `--out: ${folder} holds files that are not hepar's`, {
    file: folder,
    hint: "choose a new or an empty folder; nothing was changed",
  });
}

async function descriptionOf(
  { metadata }: OnnxFile,
  { file, path }: { readonly file: string; readonly path: string | undefined },
): Promise<NetworkSpec> {
  const own = metadata[networkMetadataKey];
  if (path === undefined && own === undefined) {
    throw new HeparError("usage.missing", `${basename(file)} does not say how to run it`, {
      file,
      hint: "describe it in a JSON file and give that with --description (docs/exchange.md)",
    });
  }
  const place = path ?? file;
  const text = path === undefined ? own : await readText(path);
  const wrong = (reason: string, cause?: unknown): HeparError =>
    new HeparError("model.invalid", `the description cannot be understood: ${reason}`, {
      file: place,
      hint: "docs/exchange.md says what it holds, with examples",
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch (cause) {
    throw wrong("it is not JSON", cause);
  }
  const parsed = networkSpecSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`${issue?.path.join(".") || "the document"}: ${issue?.message}`);
}

/** A description is a page of text. */
const mostText = 1 << 24;

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= mostText) return bytes.toString("utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeparError("input.missing", `cannot read the description ${path} (${reason})`, {
      file: path,
      hint: "give a JSON file with --description",
      cause,
    });
  }
  throw new HeparError("model.invalid", `the description has more than ${mostText} bytes`, {
    file: path,
    hint: "give a JSON file with --description",
  });
}

/** Domains whose operators ONNX Runtime may have; others need libraries of their makers. */
const runtimeDomains = /^(|ai\.onnx\.ml|com\.microsoft(\..+)?|pkg\..+)$/;

function requireKnownDomains({ operators, opsets }: OnnxFile): void {
  const used = Object.keys(opsets).filter((domain) => !runtimeDomains.test(domain));
  const foreign = operators.filter((name) => used.some((domain) => name.startsWith(`${domain}.`)));
  if (foreign.length === 0) return;
  throw new HeparError(
    "model.invalid",
    `it needs operators that ONNX Runtime does not have: ${foreign.slice(0, 5).join(", ")}`,
    { hint: "export the network with ONNX's own operators" },
  );
}

/** Runs the network once on an input of zeros; tells the runtime. */
async function tryOnZeros(
  bytes: Uint8Array,
  { spec, ports }: { readonly spec: NetworkSpec; readonly ports: NetworkPorts },
): Promise<string> {
  const shape = inputShapeOf(spec);
  const session = await openSession(bytes).catch((cause: HeparError) => {
    throw new HeparError(cause.code, cause.message, {
      hint:
        cause.hint ??
        "export the network again, with an older opset or without the operator that is named",
      cause,
    });
  });
  try {
    const { [ports.output.name]: numbers } = await session
      .run({ [ports.input.name]: new Float32Array(sizeOf(shape)) }, { [ports.input.name]: shape })
      .catch((cause: Error) => {
        throw new HeparError(
          "model.invalid",
          `the network cannot be run on [${shape.join(", ")}]: ${cause.message}`,
          { hint: "correct the patch in the description, or export the network again", cause },
        );
      });
    const expected = outputShapeOf(spec);
    if (numbers?.length !== sizeOf(expected)) {
      throw new HeparError(
        "model.invalid",
        `the network is not as described: expected ${sizeOf(expected)} numbers [${expected.join(", ")}] of it, got ${numbers?.length ?? "none"}`,
        { hint: "correct patch and classes in the description" },
      );
    }
    const odd = numbers.find((value) => !Number.isFinite(value));
    if (odd !== undefined) {
      throw new HeparError("model.invalid", `the network makes ${odd} of zeros`, {
        hint: "its weights are broken, or it cannot take what lies outside a body: export it again",
      });
    }
    return session.runtime;
  } finally {
    await session.release();
  }
}
