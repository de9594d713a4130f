import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const file = {
  tensors: {
    "encoder.weight": { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-30, 0, 7) },
    bias: { shape: [1], data: Float32Array.of(0.25) },
  },
  metadata: { format: "test", umlaut: "ä" },
};

test("a round trip keeps every bit", () => {
  const bytes = encodeSafetensors(file);
  expect(decodeSafetensors(bytes)).toEqual(file);
  // As Node reads a file: a Buffer, whose own `slice` does not copy, at an odd address.
  expect(decodeSafetensors(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1))).toEqual(file);
});

test("the layout is the format's: header length, JSON, then the data from a multiple of 8", () => {
  const bytes = encodeSafetensors(file);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  expect(header["encoder.weight"]).toEqual({ dtype: "F32", shape: [2, 3], data_offsets: [0, 24] });
  expect(header.bias.data_offsets).toEqual([24, 28]);
  expect(new DataView(bytes.buffer).getFloat32(8 + length + 4, true)).toBe(-2);
});

test("anything cut off or foreign is refused", () => {
  const bytes = encodeSafetensors(file);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow("safetensors");
  }
  expect(() => decodeSafetensors(new Uint8Array(64))).toThrow("not JSON");
  expect(() => decodeSafetensors(new Uint8Array(64).fill(255))).toThrow("cut off");
});

/** A file of one tensor, with anything in its header. */
function fileOf(entry: unknown, data: readonly number[]): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify(entry));
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}

test("numbers of other kinds become float32", () => {
  const two = { shape: [2], data_offsets: [0, 4] };
  // Half precision: 1.5 is 0x3e00, −2 is 0xc000.
  const half = fileOf({ h: { ...two, dtype: "F16" } }, [0x00, 0x3e, 0x00, 0xc0]);
  expect(decodeSafetensors(half)).toEqual({
    tensors: { h: { shape: [2], data: Float32Array.of(1.5, -2) } },
    metadata: {},
  });
  const unknown = fileOf({ h: { ...two, dtype: "F8_E5M2" } }, [1, 2, 3, 4]);
  expect(() => decodeSafetensors(unknown)).toThrow("the tensor h has the unknown type F8_E5M2");
});

test.each([
  ["another size", { shape: [2], data_offsets: [0, 4] }, "takes 8 bytes, not those from 0 to 4"],
  ["an end before its start", { shape: [1], data_offsets: [4, 0] }, "takes 4 bytes"],
  ["numbers elsewhere", { shape: [1], data_offsets: [4, 8] }, "ends at byte 8 of 4"],
  ["a negative size", { shape: [-1], data_offsets: [0, 4] }, "w shape 0: Too small"],
  ["no place", { shape: [1] }, "w data_offsets: Invalid input"],
  ["nothing of all the bytes", { shape: [0], data_offsets: [0, 0] }, "take 0 bytes, it has 4"],
])("a tensor with %s is refused by name", (_, entry, message) => {
  const bytes = fileOf({ w: { dtype: "F32", ...entry } }, [0, 0, 0, 0]);
  expect(() => decodeSafetensors(bytes)).toThrow(message);
});
