/**
 * @file WebAssembly, written by hand: expressions as values, functions from statements, one module
 * as bytes.
 *
 * @see https://webassembly.github.io/spec/core/binary/
 */

/** What a local holds. */
const types = { i32: 0x7f, v128: 0x7b } as const;
export type Type = keyof typeof types;

/** Writes instructions that leave one value on the stack. */
export type Expr = (code: number[]) => void;

export interface Local {
  readonly index: number;
  readonly type: Type;
}

/** LEB128 without sign. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest > 0);
  return bytes;
}

/** LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const instruction =
  (...bytes: readonly number[]) =>
  (...operands: readonly Expr[]): Expr =>
  (code) => {
    for (const operand of operands) operand(code);
    code.push(...bytes);
  };
const simd = (opcode: number) => instruction(0xfd, ...unsigned(opcode));
const atMemory =
  (...bytes: readonly number[]) =>
  (address: Expr, offset = 0): Expr =>
  (code) => {
    address(code);
    // The alignment is a hint; 0 promises nothing.
    code.push(...bytes, 0, ...unsigned(offset));
  };

export const get =
  ({ index }: Local): Expr =>
  (code) => {
    code.push(0x20, ...unsigned(index));
  };
export const i32 =
  (value: number): Expr =>
  (code) => {
    code.push(0x41, ...signed(value));
  };

export const add = instruction(0x6a);
export const subtract = instruction(0x6b);
export const multiply = instruction(0x6c);
export const divide = instruction(0x6e); // without sign
export const remainder = instruction(0x70); // without sign
export const lessThan = instruction(0x49); // without sign
export const notEqual = instruction(0x47);
export const bitAnd = instruction(0x71);

/** Expressions of four float32, masks of four. */
export const lanes = {
  load: atMemory(0xfd, 0x00),
  /** One number, four times. */
  loadSplat: atMemory(0xfd, 0x09),
  /** One number, then zeros. */
  loadOne: atMemory(0xfd, ...unsigned(0x5c)),
  constant:
    (values: readonly number[]): Expr =>
    (code) => {
      code.push(0xfd, 0x0c, ...new Uint8Array(Float32Array.from(values).buffer));
    },
  bits:
    (values: readonly number[]): Expr =>
    (code) => {
      code.push(0xfd, 0x0c, ...new Uint8Array(Int32Array.from(values).buffer));
    },
  /** Bytes of two vectors in another order. */
  shuffle:
    (a: Expr, b: Expr, order: readonly number[]): Expr =>
    (code) => {
      a(code);
      b(code);
      code.push(0xfd, 0x0d, ...order);
    },
  equal: simd(0x41),
  notEqual: simd(0x42),
  less: simd(0x43),
  greater: simd(0x44),
  not: simd(0x4d),
  and: simd(0x4e),
  or: simd(0x50),
  /** The first where the mask (third) is set, else the second. */
  select: simd(0x52),
  nearest: simd(0x6a),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  min: simd(0xe8),
  max: simd(0xe9),
  toIntegers: simd(0xf8),
  fromIntegers: simd(0xfa),
  addIntegers: simd(0xae),
  subIntegers: simd(0xb1),
  shiftLeft: simd(0xab),
  shiftRight: simd(0xad), // without sign
  /** a · b + c, rounded once or twice as the processor likes. */
  relaxedMultiplyAdd: simd(0x105),
} as const;

export const splat = (value: number): Expr => lanes.constant([value, value, value, value]);

/** The body of a function that is being written. */
export class Body {
  readonly code: number[] = [];
  readonly #locals: Type[] = [];
  readonly params: readonly Local[];

  constructor(params: number) {
    this.params = Array.from({ length: params }, (_, index) => ({ index, type: "i32" }));
  }

  local(type: Type): Local {
    this.#locals.push(type);
    return { index: this.params.length + this.#locals.length - 1, type };
  }

  /** A new local that holds a value. */
  let(type: Type, value: Expr): Local {
    const local = this.local(type);
    this.set(local, value);
    return local;
  }

  set({ index }: Local, value: Expr): void {
    value(this.code);
    this.code.push(0x21, ...unsigned(index));
  }

  increase(local: Local, by: Expr): void {
    this.set(local, add(get(local), by));
  }

  store(address: Expr, value: Expr, offset = 0): void {
    address(this.code);
    value(this.code);
    this.code.push(0xfd, 0x0b, 0, ...unsigned(offset));
  }

  /** Stores the first of four. */
  storeOne(address: Expr, value: Expr, offset = 0): void {
    address(this.code);
    value(this.code);
    this.code.push(0xfd, 0x5a, 0, ...unsigned(offset), 0);
  }

  fill(address: Expr, byteCount: Expr): void {
    address(this.code);
    i32(0)(this.code);
    byteCount(this.code);
    this.code.push(0xfc, 0x0b, 0);
  }

  call(index: number, ...operands: readonly Expr[]): void {
    for (const operand of operands) operand(this.code);
    this.code.push(0x10, ...unsigned(index));
  }

  if(condition: Expr, then: () => void, otherwise?: () => void): void {
    condition(this.code);
    this.code.push(0x04, 0x40);
    then();
    if (otherwise !== undefined) {
      this.code.push(0x05);
      otherwise();
    }
    this.code.push(0x0b);
  }

  /** While a counter, already set, is below the end (without sign): the body, then `step` more. */
  loop(counter: Local, end: Expr, { step, body }: { step: number; body: () => void }): void {
    this.code.push(0x02, 0x40, 0x03, 0x40);
    lessThan(get(counter), end)(this.code);
    this.code.push(0x45, 0x0d, 1); // eqz, br_if: out of the block
    body();
    this.increase(counter, i32(step));
    this.code.push(0x0c, 0, 0x0b, 0x0b);
  }

  /** The body again while it leaves a number other than 0. */
  repeatWhile(body: () => Expr): void {
    this.code.push(0x03, 0x40);
    body()(this.code);
    this.code.push(0x0d, 0, 0x0b);
  }

  bytes(): number[] {
    const locals = this.#locals.flatMap((type) => [1, types[type]]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.code, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

/** Shared memory's instructions, with which threads wait for one another. */
export const atomic = {
  load: (address: Expr): Expr => atomicAt(0x10, address),
  /** Adds, and gives what was there before. */
  add: (address: Expr, value: Expr): Expr => atomicAt(0x1e, address, value),
  /** Sleeps until woken, unless the number there is no longer the expected one. */
  wait: (address: Expr, expected: Expr): Expr =>
    atomicAt(0x01, address, expected, (code) => {
      code.push(0x42, 0x7f); // i64 −1: no end
    }),
  notify: (address: Expr, count: Expr): Expr => atomicAt(0x00, address, count),
} as const;

const atomicAt =
  (opcode: number, ...operands: readonly Expr[]): Expr =>
  (code) => {
    for (const operand of operands) operand(code);
    code.push(0xfe, opcode, 2, 0);
  };

export const drop =
  (value: Expr): ((body: Body) => void) =>
  (body) => {
    value(body.code);
    body.code.push(0x1a);
  };

interface Section {
  readonly id: number;
  readonly items: readonly (readonly number[])[];
}

const section = ({ id, items }: Section): number[] => {
  const body = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(body.length), ...body];
};

const named = (name: string): number[] => {
  const bytes = new TextEncoder().encode(name);
  return [...unsigned(bytes.length), ...bytes];
};

/** Functions over one imported memory, `env.memory`. */
export class Assembler {
  readonly #bodies: Body[] = [];
  readonly #types: number[][] = [];
  readonly #exports: number[][] = [];
  readonly #known = new Map<string, number>();

  /** A function of so many integers, without result; its index. */
  func(params: number, write: (body: Body, params: readonly Local[]) => void): number {
    const body = new Body(params);
    write(body, body.params);
    this.#bodies.push(body);
    this.#types.push([0x60, ...unsigned(params), ...Array(params).fill(types.i32), 0]);
    return this.#bodies.length - 1;
  }

  /** The function of that key, written when it is first asked for. */
  once(key: string, params: number, write: (body: Body, params: readonly Local[]) => void): number {
    const known = this.#known.get(key) ?? this.func(params, write);
    this.#known.set(key, known);
    return known;
  }

  export(name: string, index: number): void {
    this.#exports.push([...named(name), 0, ...unsigned(index)]);
  }

  bytes({ pages, shared }: { pages: number; shared: boolean }): Uint8Array<ArrayBuffer> {
    const limits = [shared ? 3 : 1, ...unsigned(pages), ...unsigned(pages)];
    const sections = [
      { id: 1, items: this.#types },
      { id: 2, items: [[...named("env"), ...named("memory"), 2, ...limits]] },
      { id: 3, items: this.#types.map((_, index) => unsigned(index)) },
      { id: 7, items: this.#exports },
      { id: 10, items: this.#bodies.map((body) => body.bytes()) },
    ];
    const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    return Uint8Array.from([...magic, ...sections.flatMap(section)]);
  }
}
