import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { type Shape, sizeOf } from "../onnx/index.ts";
import { bytesOf, floatsFrom, isNumberFormat } from "./stored-numbers.ts";

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

const whole = z.number().int().min(0);

const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(
    z.object({
      dtype: z.string(),
      shape: z.array(whole),
      data_offsets: z.tuple([whole, whole]),
    }),
  );

/**
 * The tensors of a safetensors file as float32, whatever kind of number they are stored as.
 *
 * @throws `model.invalid` when the bytes are cut off, or are something else, with the tensor
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const { header, data } = partsOf(bytes);
  const { __metadata__: metadata, ...entries } = header;
  let total = 0;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { dtype, shape, data_offsets: range } = entry;
    if (!isNumberFormat(dtype)) return refuse(`the tensor ${name} has the unknown type ${dtype}`);
    const [start, end] = range;
    const size = sizeOf(shape) * bytesOf(dtype);
    if (end - start !== size) {
      return refuse(`the tensor ${name} takes ${size} bytes, not those from ${start} to ${end}`);
    }
    if (end > data.length) {
      return refuse(`the tensor ${name} is cut off: it ends at byte ${end} of ${data.length}`);
    }
    total += size;
    return [name, { shape, data: floatsFrom(data.subarray(start, end), dtype) }] as const;
  });
  // Neither holes nor overlaps, by the format's rules; so a small file stays small in memory.
  if (total !== data.length) refuse(`its tensors take ${total} bytes, it has ${data.length}`);
  return { tensors: Object.fromEntries(tensors), metadata };
}

function partsOf(bytes: Uint8Array): {
  readonly header: z.infer<typeof headerSchema>;
  readonly data: Uint8Array;
} {
  if (bytes.length < 8) return refuse(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) return refuse("its header is cut off");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch {
    return refuse("its header is not JSON");
  }
  const { data: header, error } = headerSchema.safeParse(json);
  if (header !== undefined) return { header, data: bytes.subarray(8 + length) };
  const [{ path, message }] = error.issues;
  return refuse(`its header is not of that format: ${path.join(" ")}: ${message}`);
}

function refuse(reason: string): never {
  throw new HeparError("model.invalid", `not a readable safetensors file: ${reason}`, {
    hint: "train the model again, or copy its folder again",
  });
}
