/** @file What a PyTorch state dict may hold, and the only Python names that may make it. */
import { HeparError } from "../core/index.ts";
import type { NumberFormat } from "./stored-numbers.ts";

/** Numbers that lie elsewhere in the archive. */
export interface StorageReference {
  readonly kind: "storage";
  readonly key: string;
  readonly format: NumberFormat;
}

/** A tensor as a view of a storage, not yet checked against it. Counts are in numbers, not bytes. */
export interface TensorReference {
  readonly kind: "tensor";
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Something by its Python name, one of those below. */
interface NameReference {
  readonly kind: "name";
  readonly name: string;
}

/** A value of a pickle. Lists and tuples are arrays, dicts are maps. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Pickled[]
  | Map<Pickled, Pickled>
  | StorageReference
  | TensorReference
  | NameReference;

/** Stops: the file is not what it should be. */
export function refuse(reason: string, hint?: string): never {
  throw new HeparError(
    "model.invalid",
    `not a readable PyTorch state dict: ${reason}`,
    hint === undefined ? {} : { hint },
  );
}

/** Whether a value is a reference of a kind. */
export const isReference = <Kind extends "storage" | "tensor" | "name">(
  value: Pickled | undefined,
  kind: Kind,
): value is Extract<Pickled, { kind: Kind }> =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === kind;

const storageFormats: ReadonlyMap<string, NumberFormat> = new Map([
  ["torch.DoubleStorage", "F64"],
  ["torch.FloatStorage", "F32"],
  ["torch.HalfStorage", "F16"],
  ["torch.BFloat16Storage", "BF16"],
  ["torch.LongStorage", "I64"],
  ["torch.IntStorage", "I32"],
  ["torch.ShortStorage", "I16"],
  ["torch.CharStorage", "I8"],
  ["torch.ByteStorage", "U8"],
  ["torch.BoolStorage", "BOOL"],
]);

/** What each callable gives for its arguments. */
const makers: ReadonlyMap<string, (given: readonly Pickled[]) => Pickled> = new Map([
  ["collections.OrderedDict", ([pairs = []]) => dictOf(pairs)],
  ["torch._utils._rebuild_tensor_v2", tensorOf],
  ["torch._utils._rebuild_parameter", ([tensor = null]) => tensor],
]);

/**
 * A reference to a Python name.
 *
 * @throws `model.invalid`, naming it, when it does not belong into a state dict
 */
export function named(name: string): Pickled {
  if (storageFormats.has(name) || makers.has(name)) return { kind: "name", name };
  return refuse(
    `it asks for ${name}, which hepar does not load`,
    "save only the weights: torch.save(model.state_dict(), 'weights.pth')",
  );
}

/** What Python would get by calling a name with arguments. */
export function made(callable: Pickled, given: Pickled): Pickled {
  const maker = isReference(callable, "name") ? makers.get(callable.name) : undefined;
  if (maker === undefined || !Array.isArray(given)) return refuse("it calls what is no function");
  return maker(given);
}

/** The storage that a persistent id names: ("storage", type, key, device, length). */
export function storageOf(id: Pickled): Pickled {
  const [what, type, key] = Array.isArray(id) ? id : [];
  const format = isReference(type, "name") ? storageFormats.get(type.name) : undefined;
  if (what !== "storage" || format === undefined || typeof key !== "string") {
    return refuse("it names numbers in a way that hepar does not know");
  }
  return { kind: "storage", key, format };
}

function dictOf(pairs: Pickled): Pickled {
  const entries = Array.isArray(pairs) ? pairs : refuse("an OrderedDict is made of no pairs");
  return new Map(
    entries.map((pair): [Pickled, Pickled] =>
      Array.isArray(pair) && pair.length === 2
        ? [pair[0], pair[1]]
        : refuse("an OrderedDict is made of no pairs"),
    ),
  );
}

function tensorOf([storage, offset, shape, strides]: readonly Pickled[]): Pickled {
  if (
    isReference(storage, "storage") &&
    isCount(offset) &&
    isCounts(shape) &&
    isCounts(strides) &&
    shape.length === strides.length
  ) {
    return { kind: "tensor", storage, offset, shape, strides };
  }
  return refuse("a tensor has no storage, offset, sizes and strides");
}

const isCount = (value: Pickled | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** PyTorch's tensors have no more axes. */
const mostAxes = 64;

const isCounts = (value: Pickled | undefined): value is number[] =>
  Array.isArray(value) && value.length <= mostAxes && value.every(isCount);
