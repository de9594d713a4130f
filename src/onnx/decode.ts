import { fromBinary } from "@bufbuild/protobuf";
import { HeparError } from "../core/index.ts";
import { elementTypeCodes } from "./encoding-rules.ts";
import { type ModelProto, ModelProtoSchema, type NodeProto, type TensorProto } from "./onnx_pb.ts";
import * as ops from "./ops.ts";
import type { ElementType, Shape, Value } from "./value.ts";

/**
 * The graph in an ONNX model that `encodeModel` wrote: its outputs by name, on Inputs and Constants.
 * What was given there as weights comes back as Constants.
 *
 * @throws `model.invalid` when the bytes are no model, or it holds what hepar does not write
 */
export function decodeModel(model: Uint8Array): Readonly<Record<string, Value>> {
  const graph = parse(model).graph;
  if (graph === undefined) throw invalid("there is no graph in it");
  const reader = new GraphReader();
  for (const tensor of graph.initializer) reader.readConstant(tensor);
  for (const { name, type } of graph.input) {
    if (type?.value.case !== "tensorType") throw invalid(`the input ${name} is no tensor`);
    const { shape, elemType } = type.value.value;
    const sizes = (shape?.dim ?? []).map(({ value }) => Number(value.value));
    reader.values.set(name, ops.input(name, sizes, elementTypeOf(elemType)));
  }
  for (const node of graph.node) reader.readNode(node);
  return Object.fromEntries(graph.output.map(({ name }) => [name, reader.value(name)]));
}

const invalid = (reason: string, cause?: unknown): HeparError =>
  new HeparError("model.invalid", `hepar cannot read the model: ${reason}`, { cause });

function parse(model: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, model);
  } catch (cause) {
    throw invalid("the bytes are no ONNX", cause);
  }
}

function elementTypeOf(code: number): ElementType {
  const found = (["float32", "uint8", "bool"] as const).find(
    (type) => elementTypeCodes[type] === code,
  );
  if (found === undefined) throw invalid(`element type ${code} is none of hepar's`);
  return found;
}

class GraphReader {
  readonly values = new Map<string, Value>();
  readonly #wholes = new Map<string, readonly number[]>();

  readConstant({ name, dims, dataType, rawData }: TensorProto): void {
    const bytes = new Uint8Array(rawData).buffer; // a copy, of a Buffer too
    if (dataType === elementTypeCodes.int64) {
      this.#wholes.set(name, Array.from(new BigInt64Array(bytes), Number));
    } else if (dataType === elementTypeCodes.float32) {
      const data = Array.from(new Float32Array(bytes));
      this.values.set(name, ops.constant(data, dims.map(Number)));
    } else throw invalid(`the constant ${name} has element type ${dataType}`);
  }

  value(name: string): Value {
    const value = this.values.get(name);
    if (value === undefined) throw invalid(`${name} is used before it is made`);
    return value;
  }

  readNode(node: NodeProto): void {
    const rule = rules[node.opType];
    if (rule === undefined) throw invalid(`it holds a ${node.opType}`);
    this.values.set(
      node.output[0],
      rule({
        inputs: node.input.filter((name) => this.values.has(name)).map((name) => this.value(name)),
        wholes: node.input.flatMap((name) => {
          const whole = this.#wholes.get(name);
          return whole === undefined ? [] : [whole];
        }),
        ...attributesOf(node),
      }),
    );
  }
}

/** A node as its rule needs it. */
interface Given {
  readonly inputs: readonly Value[];
  /** int64 constants among the inputs, in order. */
  readonly wholes: readonly (readonly number[])[];
  readonly number: (name: string) => number;
  readonly numbers: (name: string) => readonly number[];
}

function attributesOf({ opType, attribute }: NodeProto): Pick<Given, "number" | "numbers"> {
  const find = (name: string) => {
    const found = attribute.find((one) => one.name === name);
    if (found === undefined) throw invalid(`a ${opType} lacks ${name}`);
    return found;
  };
  return {
    number: (name) => {
      const { f, i } = find(name);
      return f === 0 ? Number(i) : f;
    },
    numbers: (name) => find(name).ints.map(Number),
  };
}

const constantOf = (value: Value): readonly number[] => {
  if (value.op !== "Constant") throw invalid("an exponent is no constant");
  return value.attributes.data;
};

const matMul =
  (transposed: (given: Given) => { transposeA: boolean; transposeB: boolean }) =>
  (given: Given): Value =>
    ops.matMul(given.inputs[0], given.inputs[1], transposed(given));

/** How each operation is read: `encodingRules` the other way round. */
const rules: Readonly<Record<string, (given: Given) => Value>> = {
  Identity: ({ inputs: [x] }) => x,
  Add: ({ inputs: [a, b] }) => ops.add(a, b),
  Sub: ({ inputs: [a, b] }) => ops.sub(a, b),
  Mul: ({ inputs: [a, b] }) => ops.mul(a, b),
  Div: ({ inputs: [a, b] }) => ops.div(a, b),
  Equal: ({ inputs: [a, b] }) => ops.equal(a, b),
  Greater: ({ inputs: [a, b] }) => ops.greater(a, b),
  Neg: ({ inputs: [x] }) => ops.neg(x),
  Exp: ({ inputs: [x] }) => ops.exp(x),
  Log: ({ inputs: [x] }) => ops.log(x),
  Sqrt: ({ inputs: [x] }) => ops.sqrt(x),
  Pow: ({ inputs: [x, exponent] }) => ops.pow(x, constantOf(exponent)[0]),
  LeakyRelu: ({ inputs: [x], number }) => ops.leakyRelu(x, number("alpha")),
  Cast: ({ inputs: [x], number }) => ops.cast(x, elementTypeOf(number("to"))),
  Where: ({ inputs: [condition, yes, no] }) => ops.where(condition, yes, no),
  ReduceSum: ({ inputs: [x], wholes: [axes] }) => ops.reduceSum(x, axes),
  ReduceMax: ({ inputs: [x], numbers }) => ops.reduceMax(x, numbers("axes")),
  Reshape: ({ inputs: [x], wholes: [shape] }) => ops.reshape(x, shape),
  Transpose: ({ inputs: [x], numbers }) => ops.transpose(x, numbers("perm")),
  Slice: ({ inputs: [x], wholes }) => sliceOf(x, wholes),
  Pad: ({ inputs: [x], wholes: [amounts] }) => {
    const rank = x.shape.length;
    return ops.pad(x, { before: amounts.slice(0, rank), after: amounts.slice(rank) });
  },
  Concat: ({ inputs, number }) => ops.concat(inputs, number("axis")),
  Gather: ({ inputs: [x], number, wholes: [indices] }) => ops.gather(x, number("axis"), indices),
  Expand: ({ inputs: [x], wholes: [shape] }) => ops.expand(x, shape),
  MatMul: matMul(() => ({ transposeA: false, transposeB: false })),
  FusedMatMul: matMul(({ number }) => ({
    transposeA: number("transA") === 1,
    transposeB: number("transB") === 1,
  })),
  Conv: ({ inputs: [x, weight], numbers }) => {
    const pads = numbers("pads");
    const rank = pads.length / 2;
    return ops.conv(x, weight, {
      strides: numbers("strides"),
      padsBefore: pads.slice(0, rank),
      padsAfter: pads.slice(rank),
    });
  },
  InstanceNormalization: ({ inputs: [x, scale, bias], number }) =>
    ops.instanceNorm(x, { scale, bias, epsilon: number("epsilon") }),
  LogSoftmax: ({ inputs: [x], number }) => ops.logSoftmax(x, number("axis")),
};

function sliceOf(x: Value, [begins, ends, axes, skips]: Given["wholes"]): Value {
  const starts = x.shape.map(() => 0);
  const sizes = [...x.shape];
  const steps = x.shape.map(() => 1);
  axes.forEach((axis, place) => {
    const end = Math.max(ends[place], -1);
    starts[axis] = begins[place];
    steps[axis] = skips[place];
    sizes[axis] = Math.ceil((end - begins[place]) / skips[place]);
  });
  return ops.slice(x, { starts, sizes: sizes satisfies Shape, steps });
}
