import type { Value } from "../onnx/index.ts";
import {
  add,
  type Body,
  bitAnd,
  type Expr,
  get,
  i32,
  type Local,
  lanes,
  multiply,
  subtract,
} from "./assembler.ts";
import { writeFormula } from "./formula.ts";
import { type Kernel, pointersAt, share, type Target } from "./kernel.ts";
import { addressOf, broadcast, mergeAxes, type Place } from "./place.ts";

/** A formula over tensors that lie in memory. */
export interface Formula {
  readonly root: Value;
  /** What it is made of. The root alone is a copy. */
  readonly leaves: ReadonlyMap<Value, Place>;
  readonly cost: number;
}

/** Each element of a place from those of others at the same place; they broadcast to it. */
export function mapKernel({ root, leaves, cost }: Formula, target: Place): Kernel {
  return {
    reads: [...leaves.values()],
    writes: [target],
    about: `${root.op} ${target.shape.join("×")} of ${leaves.size}`,
    cost: cost * target.shape.reduce((product, size) => product * size, 1),
    write: (to) =>
      to.assembler.func(1, (body, [thread]) =>
        writeMap(body, thread, { root, leaves, target, to }),
      ),
  };
}

interface Job {
  readonly root: Value;
  readonly leaves: ReadonlyMap<Value, Place>;
  readonly target: Place;
  readonly to: Target;
}

function writeMap(body: Body, thread: Local, { root, leaves, target, to }: Job): void {
  const values = [...leaves.keys()];
  const places = [
    target,
    ...values.map((value) => broadcast(leaves.get(value) as Place, target.shape)),
  ];
  const merged = mergeAxes(
    target.shape,
    places.map(({ strides }) => strides),
  );
  const inner = innerAxis(merged);
  const outer = merged.shape.map((_, axis) => axis).filter((axis) => axis !== inner);
  const steps = merged.strides.map((strides) => (inner < 0 ? 1 : strides[inner]));
  const length = inner < 0 ? 1 : merged.shape[inner];
  const walk = {
    shape: outer.map((axis) => merged.shape[axis]),
    pointers: places.map((place, n) => ({
      start: i32(addressOf(place)),
      strides: outer.map((axis) => 4 * merged.strides[n][axis]),
    })),
  };
  const vector = steps[0] === 1 && steps.every((step) => step === 0 || step === 1);
  const line = (pointers: readonly Local[], from: Expr, until: Expr): void =>
    writeLine(body, { root, values, pointers, steps, from, until, vector });
  if (outer.length === 0) {
    const [from, until] = share(body, thread, { total: length, threads: to.threads, grain: 4 });
    line(pointersAt(body, walk, from), get(from), get(until));
    return;
  }
  const total = walk.shape.reduce((product, size) => product * size, 1);
  const [row, end] = share(body, thread, { total, threads: to.threads });
  body.loop(row, get(end), {
    step: 1,
    body: () => line(pointersAt(body, walk, row), i32(0), i32(length)),
  });
}

/** The last axis where the target's numbers are neighbours; the longest, where any other jumps. */
function innerAxis({ shape, strides }: { shape: number[]; strides: number[][] }): number {
  const last = shape.length - 1;
  if (last < 0 || strides.every((one) => one[last] === 1 || one[last] === 0)) return last;
  return shape.indexOf(Math.max(...shape));
}

/** From one index of the inner axis to another: in fours, then one by one. */
function writeLine(
  body: Body,
  line: {
    readonly root: Value;
    readonly values: readonly Value[];
    /** The target's, then one for each value. */
    readonly pointers: readonly Local[];
    readonly steps: readonly number[];
    readonly from: Expr;
    readonly until: Expr;
    readonly vector: boolean;
  },
): void {
  const { root, values, pointers, steps, vector } = line;
  const at = body.let("i32", line.from);
  // What stays the same along the line is loaded once.
  const still = values.map((_, n) =>
    steps[n + 1] === 0 ? body.let("v128", lanes.loadSplat(get(pointers[n + 1]))) : undefined,
  );
  const stepOver = (
    end: Expr,
    { width, load }: { width: number; load: (address: Expr) => Expr },
  ): void => {
    const offsets = pointers.map((pointer, n) => ({
      pointer,
      bytes: 4 * steps[n],
    }));
    const address = ({ pointer, bytes }: { pointer: Local; bytes: number }): Expr =>
      add(get(pointer), multiply(get(at), i32(bytes)));
    body.loop(at, end, {
      step: width,
      body: () => {
        const result = writeFormula(body, root, (value) => {
          const n = values.indexOf(value);
          if (n < 0) {
            return value.op === "Constant"
              ? lanes.constant(Array(4).fill(value.attributes.data[0]))
              : undefined;
          }
          const hoisted = still[n];
          return hoisted === undefined ? load(address(offsets[n + 1])) : get(hoisted);
        });
        if (width === 4) body.store(address(offsets[0]), result);
        else body.storeOne(address(offsets[0]), result);
      },
    });
  };
  if (vector) {
    const whole = subtract(line.until, bitAnd(subtract(line.until, line.from), i32(3)));
    stepOver(whole, { width: 4, load: lanes.load });
  }
  stepOver(line.until, { width: 1, load: lanes.loadOne });
}
