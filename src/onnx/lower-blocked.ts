/**
 * @file A graph for ONNX Runtime's CPU provider: images stay in blocks of channels from one convolution
 * to the next, through norms, activations, sums and their gradients. What has no blocked form gets its
 * plain one, with a reordering between.
 */
import {
  convolve,
  inputGradient,
  type Operand,
  partOf,
  type Source,
  weightGradient,
} from "./blocked-conv.ts";
import {
  blockedFrom,
  blockedShape,
  leadFirst,
  partsOf,
  plainFrom,
  planesFrom,
} from "./blocked-layout.ts";
import { plainRules } from "./lower-plain.ts";
import {
  blockedConv,
  concat,
  constant,
  expand,
  mul,
  pad,
  reduceSum,
  reshape,
  scaleShift,
  slice,
  sliceAxis,
  sub,
} from "./ops.ts";
import { channelShape, planeStatistics } from "./planes.ts";
import {
  type BlockedConvAttributes,
  inOrder,
  type OpName,
  type Shape,
  sizeOf,
  type Value,
  type ValueOf,
} from "./value.ts";

/** A value by what it is made of now: one layout, or both. */
interface Lowered {
  plain?: Value;
  blocked?: Value;
}

export function lowerBlocked(outputs: readonly Value[], block: number): Value[] {
  const lowering = new BlockedLowering(outputs, block);
  return outputs.map((output) => lowering.plain(output));
}

/** `undefined`: not in blocks, then; the plain form is as good. */
type BlockedRule<Op extends OpName> = (
  node: ValueOf<Op>,
  lowering: BlockedLowering,
) => Lowered | undefined;

class BlockedLowering {
  readonly block: number;
  readonly #lowered = new Map<Value, Lowered>();
  readonly #uses = new Map<Value, number>();

  constructor(outputs: readonly Value[], block: number) {
    this.block = block;
    for (const value of outputs) this.#use(value);
    for (const value of inOrder(outputs))
      value.inputs.forEach((input) => {
        this.#use(input);
      });
    for (const value of inOrder(outputs)) this.lower(value);
  }

  #use(value: Value): void {
    this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
  }

  /** Whether a value has one reader, which may then take over the operation that makes it. */
  readOnce = (value: Value): boolean => (this.#uses.get(value) ?? 1) === 1;

  lower(value: Value): Lowered {
    const known = this.#lowered.get(value);
    if (known !== undefined) return known;
    // Values that a rule has composed bring inputs that are new, too.
    for (const source of value.inputs) this.lower(source);
    const rule = blockedRules[value.op] as BlockedRule<OpName> | undefined;
    const lowered = rule?.(value as ValueOf<OpName>, this) ?? { plain: this.#lowerPlain(value) };
    this.#lowered.set(value, lowered);
    return lowered;
  }

  #lowerPlain(value: Value): Value {
    if (value.inputs.length === 0) return value;
    const node = { ...value, inputs: value.inputs.map((source) => this.plain(source)) } as Value;
    const rule = plainRules[value.op] as ((node: Value) => Value) | undefined;
    return rule?.(node) ?? node;
  }

  plain(value: Value): Value {
    const lowered = this.lower(value);
    lowered.plain ??= plainFrom(lowered.blocked as Value, value.shape[1]);
    return lowered.plain;
  }

  isBlocked = (value: Value): boolean => this.lower(value).blocked !== undefined;

  /** Whether a tensor's channels fill blocks. */
  fits = ({ shape, type }: Value): boolean =>
    (shape.length === 4 || shape.length === 5) &&
    shape[1] % this.block === 0 &&
    sizeOf(shape.slice(2)) > 1 &&
    type === "float32";

  /** [n, lead…, c / block, h, w, block] of a value that fits. */
  blocked(value: Value): Value {
    const lowered = this.lower(value);
    lowered.blocked ??= blockedFrom(lowered.plain as Value, this.block);
    return lowered.blocked;
  }

  /** What a blocked convolution can read: blocks, or fewer channels than one. */
  source(value: Value): Source | undefined {
    if (this.fits(value)) return { value: this.blocked(value), isBlocked: true };
    if (value.shape[1] >= this.block || value.shape.length < 4 || value.shape.length > 5)
      return undefined;
    return { value: leadFirst(this.plain(value)), isBlocked: false };
  }

  operand(value: Value): Operand {
    const channels = value.shape[1];
    return {
      channels,
      planes: () =>
        this.isBlocked(value)
          ? planesFrom(this.blocked(value), channels)
          : leadFirst(this.plain(value)),
      blocked: this.fits(value) ? () => this.blocked(value) : undefined,
    };
  }

  /** The convolution that makes a value, if this reader may add to it. */
  extendable(value: Value): ValueOf<"BlockedConv"> | undefined {
    const { blocked } = this.lower(value);
    if (blocked === undefined || !this.readOnce(value) || blocked.op !== "Reshape")
      return undefined;
    const [made] = blocked.inputs;
    return made.op === "BlockedConv" && made.attributes.activation === undefined ? made : undefined;
  }

  /** The same convolution with something more done before its result is stored. */
  extend(
    value: Value,
    made: ValueOf<"BlockedConv">,
    change: {
      readonly inputs?: readonly Value[];
      readonly attributes: Partial<BlockedConvAttributes>;
    },
  ): Lowered {
    const inputs = [...made.inputs, ...(change.inputs ?? [])];
    const result = blockedConv(inputs, { ...made.attributes, ...change.attributes });
    return { blocked: reshape(result, blockedShape(value.shape, this.block)) };
  }

  /**
   * One number a plane or a channel, [n or 1, c, 1, …], as the blocked planes read it:
   * [n, lead…, c], flat.
   */
  perPlane(value: Value, shape: Shape): Value {
    const { batch, channels, lead } = partsOf(shape);
    const numbers = reshape(this.plain(value), [value.shape[0], ...lead.map(() => 1), channels]);
    return reshape(expand(numbers, [batch, ...lead, channels]), [batch * sizeOf(lead) * channels]);
  }
}

const blockedRules: { readonly [Op in OpName]?: BlockedRule<Op> } = {
  Conv: blockedConvolution,
  ConvInputGradient: (node, lowering) => blockedInputGradient(node, lowering),
  ConvWeightGradient: blockedWeightGradient,
  InstanceNorm(node, lowering) {
    const [x, scale, bias] = node.inputs;
    if (!lowering.fits(x)) return undefined;
    const { mean, inverseSd } = planeStatistics(x, node.attributes.epsilon);
    const gain = mul(inverseSd, reshape(scale, channelShape(x)));
    const offset = sub(reshape(bias, channelShape(x)), mul(mean, gain));
    return lowering.lower(scaleShift(x, gain, offset));
  },
  ScaleShift: blockedScaleShift,
  PlaneDot: blockedPlaneDot,
  ReduceSum: blockedReduceSum,
  LeakyRelu(node, lowering) {
    const [x] = node.inputs;
    const made = lowering.extendable(x);
    const { slope } = node.attributes;
    return made === undefined
      ? elementwise(node, lowering)
      : lowering.extend(node, made, { attributes: { activation: { kind: "LeakyRelu", slope } } });
  },
  LeakyReluGradient: blockedLeakyReluGradient,
  Add: blockedAdd,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Neg: elementwise,
  Exp: elementwise,
  Log: elementwise,
  Sqrt: elementwise,
  Pow: elementwise,
  Concat(node, lowering) {
    const { inputs, attributes } = node;
    const inBlocks = inputs.every(lowering.fits) && inputs.some(lowering.isBlocked);
    if (attributes.axis !== 1 || !inBlocks) return undefined;
    return {
      blocked: concat(
        inputs.map((input) => lowering.blocked(input)),
        node.shape.length - 3,
      ),
    };
  },
  Slice: blockedSlice,
  Pad({ inputs: [x], attributes }, lowering) {
    if (!lowering.isBlocked(x) || attributes.before[1] !== 0 || attributes.after[1] !== 0)
      return undefined;
    const amounts = (list: readonly number[]): number[] => leadOrder(list, 0);
    return {
      blocked: pad(lowering.blocked(x), {
        before: amounts(attributes.before),
        after: amounts(attributes.after),
      }),
    };
  },
};

/** One entry an axis of [n, c, lead…, h, w], in the order of [n, lead…, c / b, h, w, b]. */
const leadOrder = (list: readonly number[], inner: number): number[] => [
  list[0],
  ...list.slice(2, -2),
  list[1],
  ...list.slice(-2),
  inner,
];

function blockedConvolution(node: ValueOf<"Conv">, lowering: BlockedLowering): Lowered | undefined {
  const [x, weight] = node.inputs;
  const { block } = lowering;
  const outputs = weight.shape[0];
  const pieces = partsOfConcat(x, lowering) ?? [{ part: x, start: 0 }];
  const parts = pieces.flatMap(({ part, start }) => {
    const source = lowering.source(part);
    const own = sliceAxis(lowering.plain(weight), 1, { start, size: part.shape[1] });
    return source === undefined ? [] : [partOf(source, own, block)];
  });
  const isPossible = parts.length === pieces.length && sizeOf(node.shape.slice(2)) > 1;
  if (!isPossible || (outputs % block !== 0 && outputs > block)) return undefined;
  const result = convolve({
    ...{ parts, kernel: weight.shape.slice(2), block },
    geometry: node.attributes,
  });
  return outputs % block === 0 ? { blocked: result } : { plain: plainFrom(result, outputs) };
}

/** The parts of a concatenation of channels, which then need not be copied together. */
function partsOfConcat(
  x: Value,
  lowering: BlockedLowering,
): { part: Value; start: number }[] | undefined {
  if (x.op !== "Concat" || x.attributes.axis !== 1 || !x.inputs.every(lowering.fits))
    return undefined;
  let start = 0;
  return x.inputs.map((part) => {
    start += part.shape[1];
    return { part, start: start - part.shape[1] };
  });
}

function blockedInputGradient(
  node: ValueOf<"ConvInputGradient">,
  lowering: BlockedLowering,
  bias?: Value,
): Lowered | undefined {
  const [upstream, weight] = node.inputs;
  const source = lowering.source(upstream);
  if (source === undefined || !lowering.fits(node)) return undefined;
  return {
    blocked: inputGradient({
      ...{ node, upstream: source, bias },
      ...{ weight: lowering.plain(weight), block: lowering.block },
    }),
  };
}

function blockedWeightGradient(
  node: ValueOf<"ConvWeightGradient">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x, upstream] = node.inputs;
  if (x.shape.length < 4 || x.shape.length > 5) return undefined;
  const pieces = (partsOfConcat(x, lowering) ?? [{ part: x }]).map(({ part }) =>
    weightGradient({
      node: { ...node, inputs: [part, upstream], shape: node.shape.with(1, part.shape[1]) },
      ...{ x: lowering.operand(part), upstream: lowering.operand(upstream) },
      block: lowering.block,
    }),
  );
  const known = pieces.filter((piece) => piece !== undefined);
  return known.length === pieces.length ? { plain: concat(known, 1) } : undefined;
}

/** One channel a plane, each with its own gain: memory is read and written once. */
function blockedScaleShift(
  node: ValueOf<"ScaleShift">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x, gain, offset] = node.inputs;
  if (!lowering.fits(x)) return undefined;
  const hasOffset = !(offset.op === "Constant" && offset.attributes.data.every((n) => n === 0));
  const gains = lowering.perPlane(gain, x.shape);
  const inputs = [
    planesOf(lowering.blocked(x)),
    reshape(gains, [gains.shape[0], 1, 1, 1]),
    ...(hasOffset ? [lowering.perPlane(offset, x.shape)] : []),
  ];
  const result = blockedConv(inputs, byPlane(gains.shape[0], lowering.block, { bias: hasOffset }));
  return { blocked: reshape(result, blockedShape(x.shape, lowering.block)) };
}

/** [n, lead…, c / b, h, w, b] as one image with n · lead · c channels. */
function planesOf(x: Value): Value {
  const [height, width] = x.shape.slice(-3);
  return reshape(x, [1, sizeOf(x.shape) / (height * width), height, width]);
}

const byPlane = (
  groups: number,
  block: number,
  more: Partial<BlockedConvAttributes> = {},
): BlockedConvAttributes => ({
  ...{ strides: [1, 1], padsBefore: [0, 0], padsAfter: [0, 0], dilations: [1, 1] },
  ...{ groups, block, bias: false, sum: false },
  ...more,
});

/** Most elements that are added up one after the other: float32 sums of more lose digits. */
const mostInARow = 2048;

/** In how many pieces of whole rows a plane is added up. */
function piecesOf(height: number, width: number): number {
  let pieces = 1;
  while (pieces < height && (height % pieces !== 0 || (height / pieces) * width > mostInARow))
    pieces++;
  return pieces;
}

/** Each plane convolved with a kernel of its own size: the other tensor's plane. */
function blockedPlaneDot(
  node: ValueOf<"PlaneDot">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [a, b] = node.inputs;
  if (!lowering.fits(a)) return undefined;
  const { height, width } = partsOf(a.shape);
  const { block } = lowering;
  const pieces = piecesOf(height, width);
  const groups = (sizeOf(a.shape) / (height * width)) * pieces;
  // [n, lead…, c / b, pieces, rows, w, b]: a piece is a channel of its own.
  const sums = blockedConv(
    [
      reshape(lowering.blocked(a), [1, groups, height / pieces, width]),
      reshape(lowering.blocked(b), [groups, 1, height / pieces, width]),
    ],
    byPlane(groups, block),
  );
  return { plain: joinPieces(sums, { shape: a.shape, pieces, block }) };
}

/** Sums of pieces, memory of [n, lead…, c / b, pieces, b], → [n, c, 1, …]. */
function joinPieces(
  sums: Value,
  {
    shape,
    pieces,
    block,
  }: { readonly shape: Shape; readonly pieces: number; readonly block: number },
): Value {
  const { batch, channels, lead } = partsOf(shape);
  const apart = reshape(sums, [batch, sizeOf(lead), channels / block, pieces, block]);
  const axes = [1, 3].filter((axis) => apart.shape[axis] > 1);
  return reshape(axes.length === 0 ? apart : reduceSum(apart, axes), [
    batch,
    channels,
    ...shape.slice(2).map(() => 1),
  ]);
}

function blockedReduceSum(
  node: ValueOf<"ReduceSum">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x] = node.inputs;
  const { axes } = node.attributes;
  const overPlanes = x.shape.every((_, axis) => axis < 2 || axes.includes(axis));
  if (!lowering.isBlocked(x) || !overPlanes || axes.includes(1)) return undefined;
  const { height, width } = partsOf(x.shape);
  const pieces = piecesOf(height, width);
  const { block } = lowering;
  const planes = sizeOf(x.shape) / (height * width * block);
  const rows = reshape(lowering.blocked(x), [planes * pieces, (height * width) / pieces, block]);
  const sums = joinPieces(reduceSum(rows, [1]), { shape: x.shape, pieces, block });
  return { plain: axes.includes(0) ? reduceSum(sums, [0]) : sums };
}

/** The slope at each place as y · huge between slope and 1, times the upstream gradient. */
function blockedLeakyReluGradient(
  node: ValueOf<"LeakyReluGradient">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [y, upstream] = node.inputs;
  const { slope } = node.attributes;
  const isPossible = lowering.fits(y) && slope >= 0 && slope <= 1;
  if (!isPossible || !(lowering.isBlocked(y) || lowering.isBlocked(upstream))) return undefined;
  const planes = planesOf(lowering.blocked(y));
  const [, groups] = planes.shape;
  const huge = expand(constant([1e30], [1, 1, 1, 1]), [groups, 1, 1, 1]);
  const clip = { kind: "Clip", minimum: slope, maximum: 1 } as const;
  const slopes = blockedConv([planes, huge], byPlane(groups, lowering.block, { activation: clip }));
  const shape = blockedShape(y.shape, lowering.block);
  return { blocked: mul(reshape(slopes, shape), lowering.blocked(upstream)) };
}

/** A sum, by the convolution that makes one of its terms where there is one. */
function blockedAdd(node: ValueOf<"Add">, lowering: BlockedLowering): Lowered | undefined {
  for (const [term, other] of [node.inputs, node.inputs.toReversed()]) {
    if (!lowering.isBlocked(term) || term.shape.join() !== node.shape.join()) continue;
    const isBias = other.shape.join() === channelShape(term).join();
    if (isBias && term.op === "ConvInputGradient" && lowering.readOnce(term)) {
      const bias = reshape(lowering.plain(other), [node.shape[1]]);
      return blockedInputGradient(term, lowering, bias);
    }
    const made = lowering.extendable(term);
    if (made === undefined || made.attributes.sum) continue;
    if (isBias && !made.attributes.bias && made.shape[1] === node.shape[1]) {
      const bias = reshape(lowering.plain(other), [node.shape[1]]);
      return lowering.extend(node, made, { inputs: [bias], attributes: { bias: true } });
    }
    if (other.shape.join() === node.shape.join()) {
      const sum = reshape(lowering.blocked(other), made.shape);
      return lowering.extend(node, made, { inputs: [sum], attributes: { sum: true } });
    }
  }
  return elementwise(node, lowering);
}

/** Place by place: whole tensors in blocks, and beside them one number a channel, a plane or in all. */
function elementwise<Op extends OpName>(
  node: ValueOf<Op>,
  lowering: BlockedLowering,
): Lowered | undefined {
  const { inputs, shape } = node;
  const isWhole = (value: Value): boolean => value.shape.join() === shape.join();
  if (
    !lowering.fits(node as Value) ||
    !inputs.some((value) => isWhole(value) && lowering.isBlocked(value))
  ) {
    return undefined;
  }
  const operands = inputs.map((value) => {
    if (isWhole(value)) return lowering.blocked(value);
    if (sizeOf(value.shape) === 1) return reshape(lowering.plain(value), []);
    return byChannel(value, node as Value, lowering);
  });
  if (operands.some((operand) => operand === undefined)) return undefined;
  return {
    blocked: { ...node, inputs: operands, shape: blockedShape(shape, lowering.block) } as Value,
  };
}

/** [n or 1, c, 1, …] as it broadcasts over blocks. */
function byChannel(value: Value, { shape }: Value, lowering: BlockedLowering): Value | undefined {
  const [batch, channels, ...spatial] = value.shape;
  const isNumberAChannel =
    value.shape.length === shape.length &&
    channels === shape[1] &&
    spatial.every((size) => size === 1);
  if (!isNumberAChannel) return undefined;
  const { block } = lowering;
  const lead = shape.slice(2, -2).map(() => 1);
  return reshape(lowering.plain(value), [batch, ...lead, channels / block, 1, 1, block]);
}

function blockedSlice(node: ValueOf<"Slice">, lowering: BlockedLowering): Lowered | undefined {
  const [x] = node.inputs;
  const { starts, sizes, steps } = node.attributes;
  const { block } = lowering;
  const isAligned = starts[1] % block === 0 && sizes[1] % block === 0 && steps[1] === 1;
  if (!lowering.isBlocked(x) || !isAligned || sizeOf(sizes.slice(2)) === 1) return undefined;
  const onlyChannels = sizes.every(
    (size, axis) => axis === 1 || (size === x.shape[axis] && steps[axis] === 1),
  );
  // Part of the gradient to a concatenation: computed for these channels alone, not cut out.
  if (x.op === "ConvInputGradient" && onlyChannels) {
    const weight = sliceAxis(x.inputs[1], 1, { start: starts[1], size: sizes[1] });
    const part = { ...x, inputs: [x.inputs[0], weight], shape: node.shape };
    return blockedInputGradient(part, lowering);
  }
  return {
    blocked: slice(lowering.blocked(x), {
      starts: leadOrder(starts.with(1, starts[1] / block), 0),
      sizes: leadOrder(sizes.with(1, sizes[1] / block), block),
      steps: leadOrder(steps, 1),
    }),
  };
}
