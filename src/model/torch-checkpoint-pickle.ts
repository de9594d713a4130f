/**
 * @file The part of Python's pickle format that PyTorch's state dicts are written in. Python runs
 * whatever such a file asks for; here nothing is ever called, and what does not belong into a state
 * dict is refused by name.
 * @see CPython, Lib/pickletools.py, for what each opcode does
 */
import { made, named, type Pickled, refuse, storageOf } from "./torch-checkpoint-values.ts";

/**
 * The value that a pickle holds. Time and memory grow with its bytes only.
 *
 * @throws `model.invalid` when it is cut off, or asks for anything that no state dict needs
 */
export function unpickle(bytes: Uint8Array): Pickled {
  const machine = new Machine(bytes);
  for (;;) {
    const code = String.fromCharCode(machine.byte());
    if (code === stop) return machine.pop();
    const opcode = opcodes.get(code) ?? refuse(`its opcode 0x${hex(code)} is not one of ours`);
    opcode(machine);
  }
}

const hex = (code: string): string => code.charCodeAt(0).toString(16).padStart(2, "0");

const stop = ".";

/** The bytes, and the stack and memory that opcodes work on. */
class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Values since the last mark. */
  #stack: Pickled[] = [];
  /** The values before each open mark. */
  readonly #before: Pickled[][] = [];
  readonly #memory = new Map<number, Pickled>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) return refuse("its pickle is cut off");
    this.#at += length;
    return start;
  }

  byte = (): number => this.#bytes[this.#advance(1)];
  uint16 = (): number => this.#view.getUint16(this.#advance(2), true);
  uint32 = (): number => this.#view.getUint32(this.#advance(4), true);
  int32 = (): number => this.#view.getInt32(this.#advance(4), true);
  /** The only number whose first byte is the highest. */
  float64 = (): number => this.#view.getFloat64(this.#advance(8));

  /** Two's complement, the lowest byte first. */
  integer(length: number): number {
    const start = this.#advance(length);
    const bytes = this.#bytes.subarray(start, start + length);
    const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return Number(BigInt.asIntN(8 * length, value));
  }

  text(length: number): string {
    const start = this.#advance(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  /** Text up to a line feed. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    const text = this.text(end === -1 ? this.#bytes.length : end - this.#at);
    this.#advance(1);
    return text;
  }

  skip(length: number): void {
    this.#advance(length);
  }

  push(value: Pickled): void {
    this.#stack.push(value);
  }

  top(): Pickled {
    const value = this.#stack.at(-1);
    return value === undefined ? refuse("it takes more values than it gave") : value;
  }

  pop(): Pickled {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  mark(): void {
    this.#before.push(this.#stack);
    this.#stack = [];
  }

  /** The values since the mark, which is closed. */
  popToMark(): Pickled[] {
    const values = this.#stack;
    this.#stack = this.#before.pop() ?? refuse("it closes what it did not open");
    return values;
  }

  /** The last values, the first of them first. */
  popSome(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  remember(index: number): void {
    this.#memory.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memory.size);
  }

  recall(index: number): void {
    const value = this.#memory.get(index);
    this.push(value === undefined ? refuse("it recalls what it never kept") : value);
  }
}

function setItems(machine: Machine, items: readonly Pickled[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map)) refuse("it puts items into what is no dict");
  for (let at = 0; at + 1 < items.length; at += 2) dict.set(items[at], items[at + 1]);
}

function append(machine: Machine, items: readonly Pickled[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) refuse("it appends to what is no list");
  for (const item of items) list.push(item);
}

const opcodes: ReadonlyMap<string, (machine: Machine) => void> = new Map([
  // PROTO, FRAME: say how it was written, not what
  ["\x80", (m) => m.skip(1)],
  ["\x95", (m) => m.skip(8)],
  // NONE, NEWTRUE, NEWFALSE
  ["N", (m) => m.push(null)],
  ["\x88", (m) => m.push(true)],
  ["\x89", (m) => m.push(false)],
  // BININT, BININT1, BININT2, LONG1, BINFLOAT
  ["J", (m) => m.push(m.int32())],
  ["K", (m) => m.push(m.byte())],
  ["M", (m) => m.push(m.uint16())],
  ["\x8a", (m) => m.push(m.integer(m.byte()))],
  ["G", (m) => m.push(m.float64())],
  // BINUNICODE, SHORT_BINUNICODE
  ["X", (m) => m.push(m.text(m.uint32()))],
  ["\x8c", (m) => m.push(m.text(m.byte()))],
  // MARK, TUPLE, EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3
  ["(", (m) => m.mark()],
  ["t", (m) => m.push(m.popToMark())],
  [")", (m) => m.push([])],
  ["\x85", (m) => m.push(m.popSome(1))],
  ["\x86", (m) => m.push(m.popSome(2))],
  ["\x87", (m) => m.push(m.popSome(3))],
  // EMPTY_LIST, APPEND, APPENDS
  ["]", (m) => m.push([])],
  ["a", (m) => append(m, m.popSome(1))],
  ["e", (m) => append(m, m.popToMark())],
  // EMPTY_DICT, SETITEM, SETITEMS
  ["}", (m) => m.push(new Map())],
  ["s", (m) => setItems(m, m.popSome(2))],
  ["u", (m) => setItems(m, m.popToMark())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  ["q", (m) => m.remember(m.byte())],
  ["r", (m) => m.remember(m.uint32())],
  ["\x94", (m) => m.rememberNext()],
  ["h", (m) => m.recall(m.byte())],
  ["j", (m) => m.recall(m.uint32())],
  // GLOBAL, STACK_GLOBAL, REDUCE, BINPERSID
  ["c", (m) => m.push(named(`${m.line()}.${m.line()}`))],
  ["\x93", (m) => m.push(named(m.popSome(2).join(".")))],
  ["R", (m) => m.push(called(m.popSome(2)))],
  ["Q", (m) => m.push(storageOf(m.pop()))],
  // BUILD: attributes of a dict, such as _metadata, which say nothing of the weights
  ["b", (m) => void m.pop()],
]);

const called = ([callable, given]: readonly Pickled[]): Pickled => made(callable, given);
