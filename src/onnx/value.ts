/**
 * @file A graph is its values: each knows the operation that makes it and the values that go in.
 * Nothing is computed here; `evaluate` does it slowly in float64, ONNX Runtime fast in float32.
 */

export type Shape = readonly number[];

/** Element types of a graph's tensors. Only float32 has gradients. */
export type ElementType = "float32" | "uint8" | "bool";

export interface TensorType {
  readonly shape: Shape;
  readonly type: ElementType;
}

/** Convolution geometry, one entry a spatial axis. */
export interface ConvAttributes {
  readonly strides: readonly number[];
  /** Zeros before each axis. */
  readonly padsBefore: readonly number[];
  /** Zeros after each axis. */
  readonly padsAfter: readonly number[];
}

/**
 * Every operation and what it is told besides its inputs. The gradients of convolutions, ScaleShift,
 * PlaneDot and LeakyReluGradient say what is meant; `lower` turns them into what a runtime has. The
 * blocked operations exist only after that (see blocked-layout.ts).
 */
export interface OpAttributes {
  readonly Input: { readonly name: string };
  readonly Constant: { readonly data: readonly number[] };
  readonly Add: object;
  readonly Sub: object;
  readonly Mul: object;
  readonly Div: object;
  readonly Equal: object;
  readonly Greater: object;
  readonly Neg: object;
  readonly Exp: object;
  readonly Log: object;
  readonly Sqrt: object;
  readonly Pow: { readonly exponent: number };
  readonly LeakyRelu: { readonly slope: number };
  readonly Cast: { readonly to: ElementType };
  readonly Where: object;
  readonly ReduceSum: ReduceAttributes;
  readonly ReduceMax: ReduceAttributes;
  readonly Reshape: { readonly shape: Shape };
  readonly Transpose: { readonly order: readonly number[] };
  readonly Slice: SliceAttributes;
  readonly Pad: PadAttributes;
  readonly Concat: { readonly axis: number };
  readonly Expand: { readonly shape: Shape };
  readonly MatMul: { readonly transposeA: boolean; readonly transposeB: boolean };
  readonly Conv: ConvAttributes;
  readonly ConvInputGradient: ConvAttributes & {
    /** Spatial sizes of the convolution's input. */
    readonly sizes: readonly number[];
  };
  readonly ConvWeightGradient: ConvAttributes & {
    /** Spatial sizes of the convolution's kernel. */
    readonly kernel: readonly number[];
  };
  readonly ScaleShift: object;
  readonly PlaneDot: object;
  readonly LeakyReluGradient: { readonly slope: number };
  readonly InstanceNorm: { readonly epsilon: number };
  readonly LogSoftmax: { readonly axis: number };
  readonly Gather: {
    readonly axis: number;
    /** Places along the axis, in the order wanted. */
    readonly indices: readonly number[];
  };
  readonly ToBlocked: { readonly block: number };
  readonly FromBlocked: { readonly block: number; readonly channels: number };
  readonly BlockedConv: BlockedConvAttributes;
}

/** ONNX Runtime's convolution over channels in blocks; two spatial axes. */
export interface BlockedConvAttributes extends ConvAttributes {
  readonly block: number;
  readonly dilations: readonly number[];
  /** Groups of whole blocks of channels, or each channel on its own. */
  readonly groups: number;
  /** What follows x and the weights among the inputs, in this order. */
  readonly bias: boolean;
  /** A tensor of the result's shape that is added to it. */
  readonly sum: boolean;
  readonly activation?: BlockedActivation;
}

/** Applied to the result before it is stored. */
export type BlockedActivation =
  | { readonly kind: "LeakyRelu"; readonly slope: number }
  | { readonly kind: "Clip"; readonly minimum: number; readonly maximum: number };

export interface ReduceAttributes {
  /** Kept as axes of size 1. */
  readonly axes: readonly number[];
}

/** One entry an axis of the input. */
export interface SliceAttributes {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  /** May be negative: then `starts` is the last index of that axis. */
  readonly steps: readonly number[];
}

/** Zeros around, one entry an axis. */
export interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export type OpName = keyof OpAttributes;

/** A value made by one given operation. */
export interface ValueOf<Op extends OpName> extends TensorType {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[Op];
}

/** A tensor in a graph, known by shape and type, with the operation that makes it. */
export type Value = { readonly [Op in OpName]: ValueOf<Op> }[OpName];

/** Number of elements of a shape; 1 for a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Row-major strides: how far apart neighbours along each axis are stored. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  }
  return strides;
}

/** Every value that the outputs need, inputs before their users. Iterative: graphs are deep. */
export function inOrder(outputs: readonly Value[]): Value[] {
  const order: Value[] = [];
  const seen = new Set<Value>();
  const stack: { value: Value; next: number }[] = [];
  const push = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    stack.push({ value, next: 0 });
  };
  for (const output of outputs) {
    push(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.value.inputs.length) {
        push(top.value.inputs[top.next++]);
      } else {
        order.push(top.value);
        stack.pop();
      }
    }
  }
  return order;
}
