import {
  add,
  conv,
  div,
  exp,
  greater,
  inOrder,
  log,
  mul,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  sizeOf,
  sqrt,
  sub,
  type Value,
  where,
} from "../onnx/index.ts";

/**
 * The same graph of fewer kinds of operations: norms and softmax are written out, so that they share
 * what the backward pass computes too, and equal values become one.
 */
export function simplify(outputs: Readonly<Record<string, Value>>): Record<string, Value> {
  const written = new Map<Value, Value>();
  const same = sharer();
  for (const value of inOrder(Object.values(outputs))) {
    const inputs = value.inputs.map((input) => written.get(input) as Value);
    const form = writtenOut({ ...value, inputs } as Value);
    written.set(value, same(form));
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, written.get(value) as Value]),
  );
}

function writtenOut(value: Value): Value {
  if (value.op === "InstanceNorm") {
    const [x, scale, bias] = value.inputs;
    const spatial = x.shape.slice(2).map((_, axis) => axis + 2);
    const perChannel = [1, x.shape[1], ...spatial.map(() => 1)];
    // As the gradient writes it, so that mean and deviation are computed once.
    const mean = reduceMean(x, spatial);
    const square = mul(reduceSum(mul(x, x), spatial), 1 / sizeOf(x.shape.slice(2)));
    const variance = sub(square, mul(mean, mean));
    const positive = where(greater(variance, 0), variance, 0);
    const inverseSd = div(1, sqrt(add(positive, value.attributes.epsilon)));
    const gain = mul(inverseSd, reshape(scale, perChannel));
    return add(mul(x, gain), sub(reshape(bias, perChannel), mul(mean, gain)));
  }
  if (value.op === "Conv") {
    const [x, weight] = value.inputs;
    const { strides, padsBefore, padsAfter } = value.attributes;
    const zeros = padsBefore.map(() => 0);
    // Zeros around are a tensor of their own, which the gradient to the weights uses too.
    const around = pad(x, { before: [0, 0, ...padsBefore], after: [0, 0, ...padsAfter] });
    return conv(around, weight, { strides, padsBefore: zeros, padsAfter: zeros });
  }
  if (value.op === "LogSoftmax") {
    const [x] = value.inputs;
    const below = sub(x, reduceMax(x, [value.attributes.axis]));
    return sub(below, log(reduceSum(exp(below), [value.attributes.axis])));
  }
  return value;
}

/** Gives, for a value, the first that was equal to it. */
function sharer(): (value: Value) => Value {
  const known = new Map<string, Value>();
  const numbers = new Map<Value, number>();
  const share = (value: Value): Value => {
    if (numbers.has(value)) return value;
    const inputs = value.inputs.map(share);
    const attributes =
      value.op === "Constant" && sizeOf(value.shape) > 64
        ? numbers.size // large constants are not compared
        : JSON.stringify(value.attributes);
    const key = `${value.op} ${attributes} ${value.shape.join()} ${inputs.map((input) => numbers.get(input)).join()}`;
    const first = known.get(key);
    if (first !== undefined) return first;
    const shared = { ...value, inputs } as Value;
    known.set(key, shared);
    numbers.set(shared, numbers.size);
    return shared;
  };
  return share;
}
