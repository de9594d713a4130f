import { HeparError } from "../core/index.ts";

/**
 * @file A look at an ONNX file's bytes before anything is built of them: whether it is whole, and
 * whether a few bytes would not become gigabytes of objects.
 *
 * @see https://protobuf.dev/programming-guides/encoding, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** Field numbers of messages within messages, by the message's name. */
const within: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  Model: { 7: "Graph", 8: "Leaf", 14: "Leaf", 20: "Leaf", 25: "Function", 26: "Leaf" },
  Graph: {
    ...{ 1: "Node", 5: "Tensor", 11: "Leaf", 12: "Leaf", 13: "Leaf", 14: "Leaf", 15: "Sparse" },
    16: "Leaf",
  },
  Node: { 5: "Attribute", 9: "Leaf", 10: "Leaf" },
  Attribute: { 5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 22: "Sparse", 23: "Sparse" },
  Function: { 7: "Node", 9: "Leaf", 11: "Attribute", 12: "Leaf", 14: "Leaf" },
  Sparse: { 1: "Tensor", 2: "Tensor" },
  Tensor: { 13: "Leaf", 16: "Leaf" },
};

/** Fields of whole numbers, each of whose bytes may become a number of its own. */
const wholes: Readonly<Record<string, readonly number[]>> = {
  Tensor: [1, 5, 7, 11],
  Attribute: [8],
  Sparse: [3],
};

/** Large networks have tens of thousands of each, and their weights are one field each. */
const mostFields = 1_000_000;
const mostMessages = 300_000;
const mostWholeBytes = 1 << 22;
/** Loops within branches within loops. */
const deepest = 24;

/**
 * Refuses bytes that are cut short, no protobuf, or made to fill memory.
 *
 * @throws `model.invalid`: what was expected at which byte, and what was found
 */
export function requireWholeOnnx(bytes: Uint8Array): void {
  new Walker(bytes).walk("Model", { from: 0, to: bytes.length, depth: 0 });
}

const hint = "copy or export the model again";

class Walker {
  readonly #bytes: Uint8Array;
  #at = 0;
  #fields = 0;
  #messages = 0;
  #wholeBytes = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  walk(message: string, { from, to, depth }: { from: number; to: number; depth: number }): void {
    if (depth > deepest) {
      throw invalid(`its graphs lie ${deepest} deep in each other and more`);
    }
    this.#messages += 1;
    if (this.#messages > mostMessages) throw invalid(`it has more than ${mostMessages} parts`);
    this.#at = from;
    while (this.#at < to) {
      this.#fields += 1;
      if (this.#fields > mostFields) throw invalid(`it has more than ${mostFields} fields`);
      const key = this.#varint(to);
      this.#field(message, { number: Math.floor(key / 8), type: key % 8, to, depth });
    }
  }

  #field(
    message: string,
    field: { readonly number: number; readonly type: number; to: number; depth: number },
  ): void {
    const { number, type, to, depth } = field;
    if (number === 0) throw this.#broken();
    if (type === 0) this.#varint(to);
    else if (type === 1) this.#skip(8, to);
    else if (type === 5) this.#skip(4, to);
    else if (type === 2) {
      const length = this.#varint(to);
      const start = this.#at;
      this.#skip(length, to);
      if (wholes[message]?.includes(number)) this.#countWholes(length);
      const inner = within[message]?.[number];
      if (inner === undefined) return;
      this.walk(inner, { from: start, to: start + length, depth: depth + 1 });
      this.#at = start + length;
    } else throw this.#broken();
  }

  #countWholes(bytes: number): void {
    this.#wholeBytes += bytes;
    if (this.#wholeBytes <= mostWholeBytes) return;
    throw invalid(`its whole numbers take more than ${mostWholeBytes} bytes`);
  }

  #varint(to: number): number {
    let value = 0;
    for (let place = 0; place < 10; place++) {
      if (this.#at >= to) throw this.#short(this.#at + 1, to);
      const byte = this.#bytes[this.#at++];
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw this.#broken();
  }

  #skip(length: number, to: number): void {
    if (this.#at + length > to) throw this.#short(this.#at + length, to);
    this.#at += length;
  }

  #short(expected: number, to: number): HeparError {
    if (to < this.#bytes.length) return this.#broken();
    return invalid(`it is cut short: expected at least ${expected} bytes, got ${to}`);
  }

  #broken(): HeparError {
    return invalid(`at byte ${this.#at} there is no ONNX any more`);
  }
}

const invalid = (reason: string): HeparError =>
  new HeparError("model.invalid", `no ONNX model: ${reason}`, { hint });
