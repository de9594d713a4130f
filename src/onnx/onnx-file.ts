import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { HeparError } from "../core/index.ts";
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  type ValueInfoProto,
} from "./onnx_pb.ts";
import { requireWholeOnnx } from "./wire.ts";

/** An input or output of a graph. */
export interface OnnxPort {
  readonly name: string;
  /** Such as `FLOAT`; `none` of what is no tensor. */
  readonly type: string;
  /** A number, the name of a length that is open, or null of one that has none. */
  readonly shape: readonly (number | string | null)[];
}

/** Numbers that lie in a file beside the model. */
export interface ExternalPlace {
  /** Of the tensor. */
  readonly name: string;
  readonly location: string;
  readonly offset: number;
  /** null: to the file's end. */
  readonly length: number | null;
}

/** What an ONNX file says of itself. */
export interface OnnxFile {
  /** Weights left out, which old files name as inputs too. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Version by domain; ONNX's own domain is "". */
  readonly opsets: Readonly<Record<string, number>>;
  /** `Conv`, `com.microsoft.FusedMatMul`: each once, functions' bodies included. */
  readonly operators: readonly string[];
  readonly external: readonly ExternalPlace[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What an ONNX file says of itself.
 *
 * @throws `model.invalid` when it is cut short, something else, or made to fill memory
 */
export function readOnnxFile(bytes: Uint8Array): OnnxFile {
  const model = parse(bytes);
  const graph = requireGraph(model);
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const nodes = nodesOf(model);
  return {
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(portOf),
    outputs: graph.output.map(portOf),
    opsets: Object.fromEntries(
      model.opsetImport.map(({ domain, version }) => [plainDomain(domain), Number(version)]),
    ),
    operators: [
      ...new Set(
        nodes.map(({ domain, opType }) => {
          const plain = plainDomain(domain);
          return plain === "" ? opType : `${plain}.${opType}`;
        }),
      ),
    ].sort(),
    external: tensorsOf(model).filter(isExternal).map(placeOf),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

/**
 * The same model with all its numbers in it.
 *
 * @param read - the bytes of a place
 * @throws as `readOnnxFile`, and what `read` throws
 */
export async function withNumbersInside(
  bytes: Uint8Array,
  read: (place: ExternalPlace) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const model = parse(bytes);
  for (const tensor of tensorsOf(model).filter(isExternal)) {
    tensor.rawData = Uint8Array.from(await read(placeOf(tensor)));
    tensor.externalData = [];
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  }
  return toBinary(ModelProtoSchema, model);
}

/** The same model with other words in its metadata; those of other names stay. */
export function withMetadata(
  bytes: Uint8Array,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const model = parse(bytes);
  model.metadataProps = [
    ...model.metadataProps.filter(({ key }) => !Object.hasOwn(metadata, key)),
    ...Object.entries(metadata).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  ];
  return toBinary(ModelProtoSchema, model);
}

function parse(bytes: Uint8Array): ModelProto {
  requireWholeOnnx(bytes);
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw invalid("its bytes are something else", cause);
  }
}

const invalid = (reason: string, cause?: unknown): HeparError =>
  new HeparError("model.invalid", `no ONNX model: ${reason}`, {
    hint: "copy or export the model again",
    cause,
  });

function requireGraph({ graph }: ModelProto): GraphProto {
  if (graph === undefined || graph.output.length === 0) {
    throw invalid(`there is no graph ${graph === undefined ? "in it" : "with an output in it"}`);
  }
  return graph;
}

const plainDomain = (domain: string): string => (domain === "ai.onnx" ? "" : domain);

const typeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(TensorProto_DataType).map(([name, code]) => [code, name]),
);

function portOf({ name, type }: ValueInfoProto): OnnxPort {
  if (type?.value.case !== "tensorType") return { name, type: "none", shape: [] };
  const { elemType, shape } = type.value.value;
  return {
    name,
    type: typeNames.get(elemType) ?? String(elemType),
    shape: (shape?.dim ?? []).map(({ value }) =>
      value.case === "dimValue"
        ? Number(value.value)
        : value.case === "dimParam" && value.value !== ""
          ? value.value
          : null,
    ),
  };
}

const isExternal = ({ dataLocation }: TensorProto): boolean =>
  dataLocation === TensorProto_DataLocation.EXTERNAL;

function placeOf({ name, externalData }: TensorProto): ExternalPlace {
  const said = new Map(externalData.map(({ key, value }) => [key, value]));
  const whole = (key: string): number | null => {
    const text = said.get(key);
    if (text === undefined) return null;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw invalid(`the ${key} of ${name} is "${text}": expected a whole number`);
  };
  return {
    name,
    location: said.get("location") ?? "",
    offset: whole("offset") ?? 0,
    length: whole("length"),
  };
}

/** Every node, also in branches, loops and functions. */
function nodesOf(model: ModelProto): NodeProto[] {
  const found: NodeProto[] = [];
  eachAttribute(model, undefined, (node) => found.push(node));
  return found;
}

/** Every tensor that holds numbers of the model. */
function tensorsOf(model: ModelProto): TensorProto[] {
  const found: TensorProto[] = [];
  const graphs = [requireGraph(model)];
  const see = ({ t, tensors, g, graphs: more }: AttributeProto): void => {
    found.push(...(t === undefined ? [] : [t]), ...tensors);
    graphs.push(...(g === undefined ? [] : [g]), ...more);
  };
  eachAttribute(model, see, () => {});
  for (const { initializer, sparseInitializer } of graphs) {
    for (const tensor of initializer) found.push(tensor);
    for (const { values, indices } of sparseInitializer) {
      found.push(...[values, indices].filter((tensor) => tensor !== undefined));
    }
  }
  return found;
}

function eachAttribute(
  model: ModelProto,
  see: ((attribute: AttributeProto) => void) | undefined,
  meet: (node: NodeProto) => void,
): void {
  const waiting = [requireGraph(model).node, ...model.functions.map(({ node }) => node)];
  for (let nodes = waiting.pop(); nodes !== undefined; nodes = waiting.pop()) {
    for (const node of nodes) {
      meet(node);
      for (const attribute of node.attribute) {
        see?.(attribute);
        for (const graph of [attribute.g, ...attribute.graphs]) {
          if (graph !== undefined) waiting.push(graph.node);
        }
      }
    }
  }
}
