import { create, toBinary } from "@bufbuild/protobuf";
import { HeparError } from "../core/index.ts";
import {
  type AttributeSetting,
  blockedDomain,
  elementTypeCodes,
  encodingRules,
  floatBytes,
  type NodeForm,
} from "./encoding-rules.ts";
import { lower, plainTarget, type Target } from "./lower.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./onnx_pb.ts";
import { inOrder, type Shape, type TensorType, type Value } from "./value.ts";

export interface EncodeOptions {
  /** Numbers that become part of the file instead of inputs, by the Input's name. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
  /** What it is to run on; a file for strangers is plain. */
  readonly target?: Target | undefined;
  /** Written into the file for whoever runs it. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A graph as the bytes of an ONNX model (IR 8, opset 17; com.microsoft for transposed products).
 *
 * @param outputs - values by the names that they get
 * @throws `graph.type` when two different inputs have one name
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function encodeModel(
  outputs: Readonly<Record<string, Value>>,
  { weights = {}, metadata = {}, target = plainTarget }: EncodeOptions = {},
): Uint8Array {
  const results = lower(Object.values(outputs), target);
  const names = new Map(Object.keys(outputs).map((name, index) => [results[index], name]));
  const graph = new GraphWriter(weights, names);
  for (const value of inOrder(results)) graph.write(value);
  Object.keys(outputs).forEach((name, index) => {
    graph.writeOutput(name, results[index]);
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: "hepar",
    opsetImport: [
      { domain: "", version: 17n },
      { domain: "com.microsoft", version: 1n },
      ...(target.kind === "blocked" ? [{ domain: blockedDomain, version: 1n }] : []),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: { name: "hepar", ...graph.parts },
  });
  return toBinary(ModelProtoSchema, model);
}

class GraphWriter {
  readonly parts: {
    node: NodeProto[];
    initializer: TensorProto[];
    input: ValueInfoProto[];
    output: ValueInfoProto[];
  } = { node: [], initializer: [], input: [], output: [] };

  readonly #weights: Readonly<Record<string, Float32Array>>;
  readonly #outputNames: ReadonlyMap<Value, string>;
  readonly #names = new Map<Value, string>();
  readonly #inputs = new Map<string, Value>();
  readonly #constants = new Map<string, string>();

  constructor(
    weights: Readonly<Record<string, Float32Array>>,
    outputNames: ReadonlyMap<Value, string>,
  ) {
    this.#weights = weights;
    this.#outputNames = outputNames;
  }

  write(value: Value): void {
    if (value.op === "Input") {
      this.#writeInput(value.attributes.name, value);
    } else if (value.op === "Constant") {
      this.#names.set(
        value,
        this.#constant("float32", value.shape, floatBytes(value.attributes.data)),
      );
    } else {
      const rule = encodingRules[value.op] as (node: Value) => NodeForm | undefined;
      const form = rule(value);
      if (form === undefined) throw new HeparError("defect", `${value.op} has no ONNX form`);
      this.#writeNode(value, form);
    }
  }

  writeOutput(name: string, value: Value): void {
    // Inputs, and values that are two outputs, are copied; others are written by the node itself.
    if (this.#nameOf(value) !== name) {
      const node = { opType: "Identity", input: [this.#nameOf(value)], output: [name] };
      this.parts.node.push(create(NodeProtoSchema, node));
    }
    this.parts.output.push(valueInfo(name, value));
  }

  #nameOf(value: Value): string {
    const name = this.#names.get(value);
    if (name === undefined) throw new HeparError("defect", `${value.op} is used before it is made`);
    return name;
  }

  #writeInput(name: string, value: Value): void {
    if (this.#inputs.has(name)) {
      throw new HeparError("graph.type", `two inputs of the graph are named ${name}`);
    }
    this.#inputs.set(name, value);
    this.#names.set(value, name);
    const weights = this.#weights[name];
    if (weights === undefined) {
      this.parts.input.push(valueInfo(name, value));
    } else {
      const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
      this.parts.initializer.push(tensor(name, "float32", { shape: value.shape, bytes }));
    }
  }

  #writeNode(
    value: Value,
    { type, domain = "", attributes = {}, scalar, whole = [], gapAt }: NodeForm,
  ): void {
    const output = this.#outputNames.get(value) ?? `${type}_${this.parts.node.length}`;
    this.#names.set(value, output);
    const floats =
      scalar === undefined ? [] : [this.#constant("float32", [], floatBytes([scalar]))];
    const integers = whole.map((numbers) => {
      const data = BigInt64Array.from(numbers, BigInt);
      return this.#constant("int64", [numbers.length], new Uint8Array(data.buffer));
    });
    const names = value.inputs.map((source) => this.#nameOf(source));
    this.parts.node.push(
      create(NodeProtoSchema, {
        opType: type,
        domain,
        name: output,
        input: [
          ...(gapAt === undefined ? names : names.toSpliced(gapAt, 0, "")),
          ...floats,
          ...integers,
        ],
        output: [output],
        attribute: Object.entries(attributes).map(([name, setting]) => attribute(name, setting)),
      }),
    );
  }

  /** The name of a constant, written once however often it is used. */
  #constant(type: keyof typeof elementTypeCodes, shape: Shape, bytes: Uint8Array): string {
    const key = `${type}[${shape.join()}]${bytes.length < 4096 ? bytes.join() : this.#constants.size}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `constant_${this.#constants.size}`;
    this.#constants.set(key, name);
    this.parts.initializer.push(tensor(name, type, { shape, bytes }));
    return name;
  }
}

function tensor(
  name: string,
  type: keyof typeof elementTypeCodes,
  { shape, bytes }: { shape: Shape; bytes: Uint8Array },
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: elementTypeCodes[type],
    dims: shape.map(BigInt),
    rawData: bytes as Uint8Array<ArrayBuffer>,
  });
}

function valueInfo(name: string, { shape, type }: TensorType): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: elementTypeCodes[type],
          shape: {
            dim: shape.map((size) => ({
              value: { case: "dimValue" as const, value: BigInt(size) },
            })),
          },
        },
      },
    },
  });
}

function attribute(name: string, setting: AttributeSetting): AttributeProto {
  const types = AttributeProto_AttributeType;
  if (typeof setting === "string") {
    const text = new TextEncoder().encode(setting);
    return create(AttributeProtoSchema, { name, type: types.STRING, s: text });
  }
  if (typeof setting === "number") {
    return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(setting) });
  }
  if ("float" in setting) {
    return create(AttributeProtoSchema, { name, type: types.FLOAT, f: setting.float });
  }
  if ("floats" in setting) {
    return create(AttributeProtoSchema, { name, type: types.FLOATS, floats: [...setting.floats] });
  }
  return create(AttributeProtoSchema, { name, type: types.INTS, ints: setting.map(BigInt) });
}
