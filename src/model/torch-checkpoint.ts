import { type Shape, sizeOf, stridesOf } from "../onnx/index.ts";
import type { NamedTensor } from "./safetensors.ts";
import { bytesOf, floatsFrom } from "./stored-numbers.ts";
import { unpickle } from "./torch-checkpoint-pickle.ts";
import {
  isReference,
  type Pickled,
  refuse,
  type TensorReference,
} from "./torch-checkpoint-values.ts";

/** The parts of an archive that torch.save wrote. */
export interface TorchArchive {
  /** data.pkl: names and shapes. */
  readonly pickle: Uint8Array;
  /** data/…: numbers by their key. */
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

/**
 * The tensors of a state dict by name, as float32, row-major; {} when it holds none. The dict may be
 * the whole of the archive, or lie in it as "state_dict" or "model".
 *
 * @throws `model.invalid` when it holds anything else, or tensors reach outside their storages
 */
export function torchTensors({ pickle, storages }: TorchArchive): Record<string, NamedTensor> {
  const entries = [...stateDictOf(unpickle(pickle))].map(([name, value]) => {
    if (typeof name !== "string") return refuse("it has an entry whose name is no text");
    if (isReference(value, "tensor")) return [name, value] as const;
    return refuse(`its entry ${name} is no tensor`);
  });
  requireModest(
    entries.map(([, tensor]) => tensor),
    storages,
  );
  return Object.fromEntries(
    entries.map(([name, tensor]) => [name, readTensor(name, { tensor, storages })]),
  );
}

function stateDictOf(value: Pickled): Map<Pickled, Pickled> {
  if (!(value instanceof Map)) return refuse("it is no dict");
  for (const key of ["state_dict", "model"]) {
    const inner = value.get(key);
    if (inner instanceof Map) return inner;
  }
  return value;
}

/** How many numbers of its storage a tensor reaches over. */
const spanOf = ({ shape, strides }: TensorReference): number =>
  sizeOf(shape) === 0
    ? 0
    : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], 0) + 1;

/** Tensors may share numbers, but a small file must not unfold into a large memory. */
function requireModest(
  tensors: readonly TensorReference[],
  storages: TorchArchive["storages"],
): void {
  const bytes = [...storages.values()].reduce((sum, { length }) => sum + length, 0);
  const numbers = tensors.reduce(
    (sum, tensor) => sum + Math.max(sizeOf(tensor.shape), spanOf(tensor)),
    0,
  );
  // Not `numbers > bytes`: sizes may overflow to NaN.
  if (!(numbers <= bytes)) {
    refuse(`its tensors have ${numbers} numbers, more than its ${bytes} bytes can hold`);
  }
}

function readTensor(
  name: string,
  { tensor, storages }: { tensor: TensorReference; storages: TorchArchive["storages"] },
): NamedTensor {
  const { storage, offset, shape, strides } = tensor;
  const width = bytesOf(storage.format);
  const bytes =
    storages.get(storage.key) ?? refuse(`the numbers of ${name}, data/${storage.key}, are missing`);
  const end = (offset + spanOf(tensor)) * width;
  if (end > bytes.length) {
    refuse(`${name} ends at byte ${end} of its storage, which has ${bytes.length}`);
  }
  const reached = floatsFrom(bytes.subarray(offset * width, end), storage.format);
  return { shape, data: rowMajor(reached, { shape, strides }) };
}

/** Numbers in the order of their indices: channels_last tensors, for one, are stored in another. */
function rowMajor(
  stored: Float32Array,
  { shape, strides }: { shape: Shape; strides: readonly number[] },
): Float32Array {
  const wanted = stridesOf(shape);
  if (shape.every((size, axis) => size === 1 || strides[axis] === wanted[axis])) return stored;
  const data = new Float32Array(sizeOf(shape));
  for (let n = 0; n < data.length; n++) {
    let rest = n;
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const index = Math.floor(rest / wanted[axis]);
      rest -= index * wanted[axis];
      at += index * strides[axis];
    }
    data[n] = stored[at];
  }
  return data;
}
