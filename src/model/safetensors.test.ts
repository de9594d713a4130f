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
