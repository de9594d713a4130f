import { create, toBinary } from "@bufbuild/protobuf";
import { HeparError } from "../core/index.ts";
import { elementTypeCodes, encodingRules, floatBytes, type NodeForm } from "./encoding-rules.ts";
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
  { weights = {}, metadata = {} }: EncodeOptions = {},
): Uint8Array {
  const graph = new GraphWriter(weights);
  const results = Object.values(outputs);
  for (const value of inOrder(results)) graph.write(value);
  Object.entries(outputs).forEach(([name, value]) => {
    graph.writeOutput(name, value);
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: "hepar",
    opsetImport: [
      { domain: "", version: 17n },
      { domain: "com.microsoft", version: 1n },
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
  readonly #names = new Map<Value, string>();
  readonly #inputs = new Map<string, Value>();
  readonly #constants = new Map<string, string>();

  constructor(weights: Readonly<Record<string, Float32Array>>) {
    this.#weights = weights;
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
    const node = create(NodeProtoSchema, {
      opType: "Identity",
      input: [this.#nameOf(value)],
      output: [name],
    });
    this.parts.node.push(node);
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
    { type, domain = "", attributes = {}, scalar, whole = [] }: NodeForm,
  ): void {
    const output = `${type}_${this.parts.node.length}`;
    this.#names.set(value, output);
    const floats =
      scalar === undefined ? [] : [this.#constant("float32", [], floatBytes([scalar]))];
    const integers = whole.map((numbers) => {
      const data = BigInt64Array.from(numbers, BigInt);
      return this.#constant("int64", [numbers.length], new Uint8Array(data.buffer));
    });
    this.parts.node.push(
      create(NodeProtoSchema, {
        opType: type,
        domain,
        name: output,
        input: [...value.inputs.map((source) => this.#nameOf(source)), ...floats, ...integers],
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

function attribute(
  name: string,
  setting: number | readonly number[] | { float: number },
): AttributeProto {
  const types = AttributeProto_AttributeType;
  if (typeof setting === "number") {
    return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(setting) });
  }
  if ("float" in setting) {
    return create(AttributeProtoSchema, { name, type: types.FLOAT, f: setting.float });
  }
  return create(AttributeProtoSchema, { name, type: types.INTS, ints: setting.map(BigInt) });
}
