import {
  type Assembler,
  add,
  type Body,
  divide,
  type Expr,
  get,
  i32,
  type Local,
  lanes,
  lessThan,
  multiply,
  remainder,
} from "./assembler.ts";
import type { Place } from "./place.ts";

/** One piece of work that every thread takes its share of. */
export interface Kernel {
  readonly reads: readonly Place[];
  readonly writes: readonly Place[];
  /** Roughly how many additions it takes: what is small is done by one thread. */
  readonly cost: number;
  /** What it is, for whoever looks where the time goes. */
  readonly about: string;
  /** Writes a function of one argument, the thread's number; its index. */
  write(target: Target): number;
}

/** For whom kernels are written. */
export interface Target {
  readonly assembler: Assembler;
  /** How many threads share this kernel. */
  readonly threads: number;
  /** Whether a · b + c may be one instruction. */
  readonly fused: boolean;
}

/** a · b + c */
export const multiplyAdd = ({ fused }: Target, a: Expr, b: Expr, c: Expr): Expr =>
  fused ? lanes.relaxedMultiplyAdd(a, b, c) : lanes.add(lanes.mul(a, b), c);

/** A thread's share of so many pieces, in whole grains: from the first local up to the second. */
export function share(
  write: Body,
  thread: Local,
  { total, threads, grain = 1 }: { total: number; threads: number; grain?: number },
): [Local, Local] {
  const chunk = Math.ceil(total / threads / grain) * grain;
  const limited = (value: Expr): Local => {
    const local = write.let("i32", value);
    write.if(lessThan(i32(total), get(local)), () => write.set(local, i32(total)));
    return local;
  };
  const from = limited(multiply(get(thread), i32(chunk)));
  return [from, limited(add(get(from), i32(chunk)))];
}

/** Pointers that walk over some axes: where each begins, and its strides in bytes. */
export interface Walk {
  readonly shape: readonly number[];
  readonly pointers: readonly { readonly start: Expr; readonly strides: readonly number[] }[];
}

/** The addresses of one place of the walk, numbered row-major. */
export function pointersAt(write: Body, { shape, pointers }: Walk, place: Local): Local[] {
  const locals = pointers.map(({ start }) => write.let("i32", start));
  const rest = shape.length > 1 ? write.let("i32", get(place)) : place;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const index =
      axis === 0 ? get(rest) : get(write.let("i32", remainder(get(rest), i32(shape[axis]))));
    if (axis > 0) write.set(rest, divide(get(rest), i32(shape[axis])));
    pointers.forEach(({ strides }, n) => {
      if (strides[axis] !== 0) {
        write.increase(locals[n], multiply(index, i32(strides[axis])));
      }
    });
  }
  return locals;
}

/** Four lanes as one, in the first lane. */
export function acrossLanes(write: Body, value: Local, join: (a: Expr, b: Expr) => Expr): Expr {
  const turned = (local: Local, by: number): Expr =>
    lanes.shuffle(
      get(local),
      get(local),
      Array.from({ length: 16 }, (_, n) => (n + by) % 16),
    );
  const halves = write.let("v128", join(get(value), turned(value, 8)));
  return join(get(halves), turned(halves, 4));
}
