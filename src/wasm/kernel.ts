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

/** Tiles of nearly equal size: the first `large` of them have `size`, the others one less. */
export function tilesOf(
  total: number,
  most: number,
): { count: number; size: number; large: number } {
  const count = Math.ceil(total / most);
  const size = Math.ceil(total / count);
  return { count, size, large: total - count * (size - 1) };
}

/** Where panels of a width begin: the last one overlaps the one before rather than reach too far. */
export function panelsOf(total: number): { width: 8 | 4 | 1; count: number; last: number } {
  const width = total >= 8 ? 8 : total >= 4 ? 4 : 1;
  return { width, count: Math.ceil(total / width), last: total - width };
}
