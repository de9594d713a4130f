/**
 * @file Every operation computed plainly, in float64: slow and short, so that it can be believed.
 * Tests hold ONNX Runtime and the gradients against it; nothing else uses it.
 */
import { blockedConvolution, inBlocks, placeInBlocks } from "./reference-blocked.ts";
import { at, type Computed, fill, offset } from "./reference-tensor.ts";
import { type OpName, type Shape, sizeOf, stridesOf, type ValueOf } from "./value.ts";

type ReferenceRule<Op extends OpName> = (
  inputs: readonly Computed[],
  node: ValueOf<Op>,
) => Float64Array;

const binary =
  (compute: (a: number, b: number) => number) =>
  ([a, b]: readonly Computed[], { shape }: { readonly shape: Shape }): Float64Array =>
    fill(shape, (index) => compute(at(a, index), at(b, index)));

const unary =
  (compute: (x: number) => number) =>
  ([x]: readonly Computed[]): Float64Array =>
    x.data.map(compute);

const reduction =
  (start: number, join: (a: number, b: number) => number) =>
  ([x]: readonly Computed[], { shape }: { readonly shape: Shape }): Float64Array => {
    const data = new Float64Array(sizeOf(shape)).fill(start);
    const strides = stridesOf(shape);
    fill(x.shape, (index) => {
      const to = index.reduce(
        (sum, n, axis) => sum + (shape[axis] === 1 ? 0 : n) * strides[axis],
        0,
      );
      data[to] = join(data[to], at(x, index));
      return 0;
    });
    return data;
  };

export const referenceRules: { readonly [Op in OpName]: ReferenceRule<Op> } = {
  Input: ([fed]) => fed.data,
  Constant: (_, { attributes }) => Float64Array.from(attributes.data),
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Equal: binary((a, b) => Number(a === b)),
  Greater: binary((a, b) => Number(a > b)),
  Neg: unary((x) => -x),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Pow: ([x], { attributes: { exponent } }) => x.data.map((v) => v ** exponent),
  LeakyRelu: ([x], { attributes: { slope } }) => x.data.map((v) => (v < 0 ? slope * v : v)),
  Cast: ([x]) => x.data,
  Where: ([condition, yes, no], { shape }) =>
    fill(shape, (index) => (at(condition, index) ? at(yes, index) : at(no, index))),
  ReduceSum: reduction(0, (a, b) => a + b),
  ReduceMax: reduction(Number.NEGATIVE_INFINITY, Math.max),
  Reshape: ([x]) => x.data,
  Transpose: ([x], { shape, attributes: { order } }) =>
    fill(shape, (index) =>
      at(
        x,
        order.map((_, axis) => index[order.indexOf(axis)]),
      ),
    ),
  Slice: ([x], { shape, attributes: { starts, steps } }) =>
    fill(shape, (index) =>
      at(
        x,
        index.map((n, axis) => starts[axis] + n * steps[axis]),
      ),
    ),
  Pad: ([x], { shape, attributes: { before } }) =>
    fill(shape, (index) => {
      const from = index.map((n, axis) => n - before[axis]);
      return from.some((n, axis) => n < 0 || n >= x.shape[axis]) ? 0 : at(x, from);
    }),
  Concat: (inputs, { shape, attributes: { axis } }) =>
    fill(shape, (index) => {
      let place = index[axis];
      let source = 0;
      while (place >= inputs[source].shape[axis]) place -= inputs[source++].shape[axis];
      return at(inputs[source], index.with(axis, place));
    }),
  Expand: ([x], { shape }) => fill(shape, (index) => at(x, index)),
  MatMul: ([a, b], { shape, attributes: { transposeA, transposeB } }) => {
    const inner = transposeA ? a.shape.at(-2) : a.shape.at(-1);
    return fill(shape, (index) => {
      const [row, column] = index.slice(-2);
      const batch = index.slice(0, -2);
      let sum = 0;
      for (let n = 0; n < (inner ?? 0); n++) {
        const left = transposeA ? [...batch, n, row] : [...batch, row, n];
        const right = transposeB ? [...batch, column, n] : [...batch, n, column];
        sum += at(a, left) * at(b, right);
      }
      return sum;
    });
  },
  Conv: ([x, weight], { shape, attributes: { strides, padsBefore } }) =>
    fill(shape, ([n, o, ...place]) => {
      let sum = 0;
      fill(weight.shape.slice(1), ([c, ...k]) => {
        const from = place.map((p, axis) => p * strides[axis] - padsBefore[axis] + k[axis]);
        if (from.every((p, axis) => p >= 0 && p < x.shape[axis + 2])) {
          sum += at(x, [n, c, ...from]) * at(weight, [o, c, ...k]);
        }
        return 0;
      });
      return sum;
    }),
  ConvInputGradient: ([upstream, weight], { shape, attributes: { strides, padsBefore } }) => {
    const x = { shape, data: new Float64Array(sizeOf(shape)) };
    meetings({ x, weight, upstream, strides, padsBefore }, (from, k, to) => {
      x.data[from] += upstream.data[to] * weight.data[k];
    });
    return x.data;
  },
  ConvWeightGradient: ([x, upstream], { shape, attributes: { strides, padsBefore } }) => {
    const weight = { shape, data: new Float64Array(sizeOf(shape)) };
    meetings({ x, weight, upstream, strides, padsBefore }, (from, k, to) => {
      weight.data[k] += x.data[from] * upstream.data[to];
    });
    return weight.data;
  },
  ScaleShift: ([x, gain, offset], { shape }) =>
    fill(shape, (index) => at(x, index) * at(gain, index) + at(offset, index)),
  PlaneDot: ([a, b], node) =>
    reduction(0, (sum, v) => sum + v)(
      [{ shape: a.shape, data: a.data.map((v, n) => v * b.data[n]) }],
      node,
    ),
  LeakyReluGradient: ([y, upstream], { attributes: { slope } }) =>
    upstream.data.map((g, n) => (y.data[n] > 0 ? g : slope * g)),
  InstanceNorm: ([x, scale, bias], { attributes: { epsilon } }) => {
    const plane = sizeOf(x.shape.slice(2));
    const data = new Float64Array(x.data.length);
    for (let start = 0; start < data.length; start += plane) {
      const values = x.data.subarray(start, start + plane);
      const mean = values.reduce((sum, v) => sum + v, 0) / plane;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / plane;
      const channel = (start / plane) % x.shape[1];
      const gain = scale.data[channel] / Math.sqrt(variance + epsilon);
      for (let p = 0; p < plane; p++)
        data[start + p] = gain * (values[p] - mean) + bias.data[channel];
    }
    return data;
  },
  LogSoftmax: ([x], { shape, attributes: { axis } }) => {
    const line = (index: readonly number[]): number[] =>
      Array.from({ length: shape[axis] }, (_, n) => at(x, index.with(axis, n)));
    return fill(shape, (index) => {
      const values = line(index);
      const most = Math.max(...values);
      const sum = values.reduce((total, v) => total + Math.exp(v - most), 0);
      return at(x, index) - most - Math.log(sum);
    });
  },
  Gather: ([x], { shape, attributes: { axis, indices } }) =>
    fill(shape, (index) => at(x, index.with(axis, indices[index[axis]]))),
  ToBlocked: ([x], { attributes: { block } }) => inBlocks(x, block),
  FromBlocked: ([x], { shape, attributes: { block } }) =>
    fill(shape, (index) => x.data[placeInBlocks(index, x.shape, block)]),
  BlockedConv: blockedConvolution,
};

/** Calls back for every place of x, of the weights and of the result that a convolution joins. */
function meetings(
  {
    x,
    weight,
    upstream,
    strides,
    padsBefore,
  }: Readonly<Record<"x" | "weight" | "upstream", Computed>> &
    Readonly<Record<"strides" | "padsBefore", readonly number[]>>,
  meet: (x: number, weight: number, upstream: number) => void,
): void {
  fill(upstream.shape, ([n, o, ...place]) => {
    fill(weight.shape.slice(1), ([c, ...k]) => {
      const from = place.map((p, axis) => p * strides[axis] - padsBefore[axis] + k[axis]);
      if (from.every((p, axis) => p >= 0 && p < x.shape[axis + 2])) {
        meet(
          offset([n, c, ...from], x.shape),
          offset([o, c, ...k], weight.shape),
          offset([n, o, ...place], upstream.shape),
        );
      }
      return 0;
    });
    return 0;
  });
}
