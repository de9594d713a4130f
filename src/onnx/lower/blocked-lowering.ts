import { blockedConv, expand, reshape } from "../ops.ts";
import {
  type BlockedConvAttributes,
  inOrder,
  type OpName,
  type Shape,
  sizeOf,
  type Value,
  type ValueOf,
} from "../value.ts";
import type { Operand } from "./blocked-correlate.ts";
import {
  blockedFrom,
  blockedShape,
  leadFirst,
  partsOf,
  plainFrom,
  planesFrom,
} from "./blocked-layout.ts";
import type { Source } from "./blocked-source.ts";
import { plainRules } from "./plain.ts";

/** A value by what it is made of now: one layout, or both. */
export interface Lowered {
  plain?: Value;
  blocked?: Value;
}

/** `undefined`: not in blocks, then; the plain form is as good. */
export type BlockedRule<Op extends OpName> = (
  node: ValueOf<Op>,
  lowering: BlockedLowering,
) => Lowered | undefined;

/** A rule for each operation that has a blocked form. */
export type BlockedRules = { readonly [Op in OpName]?: BlockedRule<Op> };

/** A graph on its way into blocks: what its values have become. */
export class BlockedLowering {
  readonly block: number;
  readonly #rules: BlockedRules;
  readonly #lowered = new Map<Value, Lowered>();
  readonly #uses = new Map<Value, number>();

  constructor(
    outputs: readonly Value[],
    { block, rules }: { readonly block: number; readonly rules: BlockedRules },
  ) {
    this.block = block;
    this.#rules = rules;
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
    const rule = this.#rules[value.op] as BlockedRule<OpName> | undefined;
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
