import { HeparError } from "../core/index.ts";
import { type Shape, sizeOf } from "../onnx/index.ts";

/** A named float32 tensor, row-major. */
export interface NamedTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface TensorFile {
  readonly tensors: Readonly<Record<string, NamedTensor>>;
  /** Text beside the tensors. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Tensors as the bytes of a safetensors file (float32).
 *
 * @see https://github.com/huggingface/safetensors, "Format"
 */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [start, end] }] as const;
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
  );
  // Padded with spaces so that the data start at a multiple of 8.
  const length = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(header, 8);
  let at = 8 + length;
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The float32 tensors of a safetensors file.
 *
 * @throws `model.invalid` when the bytes are cut off, or are something else
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const invalid = (reason: string): never => {
    throw new HeparError("model.invalid", `not a readable safetensors file: ${reason}`, {
      hint: "train the model again, or copy its folder again",
    });
  };
  if (bytes.length < 8) return invalid(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) return invalid("its header is cut off");
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as typeof header;
  } catch {
    return invalid("its header is not JSON");
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const {
      dtype,
      shape,
      data_offsets: range,
    } = entry as {
      dtype?: unknown;
      shape?: number[];
      data_offsets?: number[];
    };
    if (dtype !== "F32" || shape === undefined || range?.length !== 2) {
      return invalid(`the tensor ${name} is not float32`);
    }
    const [start, end] = range;
    if (end - start !== sizeOf(shape) * 4 || 8 + length + end > bytes.length) {
      return invalid(`the tensor ${name} is cut off`);
    }
    // Copied byte by byte: the file's data need not be aligned, and Buffer's own slice is a view.
    const data = new Float32Array(sizeOf(shape));
    new Uint8Array(data.buffer).set(bytes.subarray(8 + length + start, 8 + length + end));
    return [name, { shape, data }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}
