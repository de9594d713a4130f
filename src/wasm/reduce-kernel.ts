import { sizeOf } from "../onnx/index.ts";
import { type Body, type Expr, get, i32, type Local, lanes, splat } from "./assembler.ts";
import { writeFormula } from "./formula.ts";
import { type Kernel, pointersAt, share, type Target, type Walk } from "./kernel.ts";
import type { Formula } from "./map-kernel.ts";
import { addressOf, broadcast, mergeAxes, type Place } from "./place.ts";

/** The sum or the maximum of a formula over some axes. */
export interface Reduction extends Formula {
  readonly kind: "sum" | "max";
  readonly axes: readonly number[];
}

const kinds = {
  sum: { start: 0, join: lanes.add },
  max: { start: -Infinity, join: lanes.max },
} as const;

export function reduceKernel(reduction: Reduction, target: Place): Kernel {
  const { root, leaves, cost } = reduction;
  return {
    reads: [...leaves.values()],
    writes: [target],
    about: `${reduction.kind} over ${reduction.axes.join()} of ${root.shape.join("×")}`,
    cost: cost * sizeOf(root.shape),
    write: (to) =>
      to.assembler.func(1, (body, [thread]) =>
        writeReduce(body, thread, { reduction, target, to }),
      ),
  };
}

interface Job {
  readonly reduction: Reduction;
  readonly target: Place;
  readonly to: Target;
}

function writeReduce(body: Body, thread: Local, { reduction, target, to }: Job): void {
  const { root, leaves, axes, kind } = reduction;
  const values = [...leaves.keys()];
  const places = [
    broadcast(target, root.shape),
    ...values.map((value) => broadcast(leaves.get(value) as Place, root.shape)),
  ];
  const isReduced = (axis: number): boolean => axes.includes(axis);
  const merged = mergeAxes(
    root.shape,
    places.map(({ strides }) => strides),
    (axis) => isReduced(axis) !== isReduced(lastReal(root.shape, axis)),
  );
  const all = merged.shape.map((_, axis) => axis);
  const reduced = all.filter((axis) => isReduced(merged.axes[axis]));
  const kept = all.filter((axis) => !isReduced(merged.axes[axis]));
  const walkOf = (some: readonly number[], starts: readonly Expr[]): Walk => ({
    shape: some.map((axis) => merged.shape[axis]),
    pointers: starts.map((start, n) => ({
      start,
      strides: some.map((axis) => 4 * merged.strides[n][axis]),
    })),
  });
  const roots = places.map((place) => i32(addressOf(place)));
  const last = all.length - 1;
  const stepsAlong = (axis: number): number[] =>
    merged.strides.slice(1).map((strides) => strides[axis]);
  const loadable = (axis: number): boolean =>
    stepsAlong(axis).every((step) => step === 0 || step === 1);
  const { start, join } = kinds[kind];

  const formula = (
    pointers: readonly Local[],
    how: readonly ("vector" | "splat" | "one")[],
  ): Expr =>
    writeFormula(body, root, (value) => {
      const n = values.indexOf(value);
      if (n < 0) {
        return value.op === "Constant" ? splat(value.attributes.data[0]) : undefined;
      }
      const address = get(pointers[n + 1]);
      if (how[n] === "vector") return lanes.load(address);
      return how[n] === "splat" ? lanes.loadSplat(address) : lanes.loadOne(address);
    });
  const overReduced = (
    some: readonly number[],
    pointers: readonly Local[],
    each: (inner: Local[]) => void,
  ): void => {
    if (some.length === 0) {
      each([...pointers]);
      return;
    }
    const counter = body.let("i32", i32(0));
    const walk = walkOf(some, pointers.map(get));
    body.loop(counter, i32(sizeOf(walk.shape)), {
      step: 1,
      body: () => each(pointersAt(body, walk, counter)),
    });
  };

  if (last >= 0 && isReduced(merged.axes[last]) && loadable(last)) {
    // Along the line: sums of four, joined at its end.
    const rows = walkOf(kept, roots);
    const [row, end] = share(body, thread, { total: sizeOf(rows.shape), threads: to.threads });
    const steps = stepsAlong(last);
    const length = merged.shape[last];
    body.loop(row, get(end), {
      step: 1,
      body: () => {
        const pointers = pointersAt(body, rows, row);
        const total = body.let("v128", splat(start));
        overReduced(
          reduced.filter((axis) => axis !== last),
          pointers,
          (inner) => {
            const sum = body.let("v128", splat(start));
            const at = body.let("i32", i32(0));
            const walkLine = (count: number, width: 4 | 1): void => {
              const how = steps.map((step) =>
                step === 0
                  ? ("splat" as const)
                  : width === 4
                    ? ("vector" as const)
                    : ("one" as const),
              );
              body.loop(at, i32(count), {
                step: width,
                body: () => {
                  const value = formula(inner, how);
                  const only =
                    width === 4
                      ? value
                      : lanes.select(value, splat(start), lanes.bits([-1, 0, 0, 0]));
                  body.set(sum, join(get(sum), only));
                  inner.slice(1).forEach((pointer, n) => {
                    if (steps[n] !== 0) body.increase(pointer, i32(4 * width));
                  });
                },
              });
            };
            walkLine(length - (length % 4), 4);
            if (length % 4 !== 0) walkLine(length, 1);
            body.set(total, join(get(total), get(sum)));
          },
        );
        body.storeOne(get(pointers[0]), across(body, total, join));
      },
    });
    return;
  }

  // Across lines: four neighbours are summed side by side, or one by one.
  const inner = kept.at(-1);
  const wide =
    inner !== undefined && inner === last && loadable(inner) && merged.strides[0][inner] === 1;
  const outer = wide ? kept.slice(0, -1) : kept;
  const length = wide ? merged.shape[inner] : 1;
  const blocks = Math.ceil(length / 4);
  const rows = walkOf(outer, roots);
  const total = sizeOf(rows.shape) * blocks;
  const [task, end] = share(body, thread, { total, threads: to.threads });
  const steps = wide ? merged.strides.map((strides) => strides[inner]) : [];
  const walkBlocks: Walk = {
    shape: [...rows.shape, blocks],
    pointers: rows.pointers.map(({ start: first, strides }, n) => ({
      start: first,
      strides: [...strides, 16 * (steps[n] ?? 0)],
    })),
  };
  const sumUp = (pointers: readonly Local[], width: 4 | 1): Local => {
    const sum = body.let("v128", splat(start));
    const how = values.map((_, n) =>
      width === 1
        ? ("one" as const)
        : steps[n + 1] === 0
          ? ("splat" as const)
          : ("vector" as const),
    );
    overReduced(reduced, pointers, (at) => {
      body.set(sum, join(get(sum), formula(at, how)));
    });
    return sum;
  };
  body.loop(task, get(end), {
    step: 1,
    body: () => {
      const pointers = pointersAt(body, walkBlocks, task);
      const whole = (): void => body.store(get(pointers[0]), get(sumUp(pointers, 4)));
      const single = (): void => {
        const at = body.let("i32", i32(0));
        body.loop(at, i32(length % 4 === 0 ? 1 : length % 4), {
          step: 1,
          body: () => {
            body.storeOne(get(pointers[0]), get(sumUp(pointers, 1)));
            pointers.forEach((pointer, n) => {
              if ((steps[n] ?? 0) !== 0) body.increase(pointer, i32(4 * steps[n]));
            });
          },
        });
      };
      if (!wide) single();
      else if (length % 4 === 0) whole();
      else {
        // The last block of each line has fewer than four.
        const place = body.let("i32", (code) => {
          get(task)(code);
          i32(blocks)(code);
          code.push(0x70);
        });
        body.if(
          (code) => {
            get(place)(code);
            i32(blocks - 1)(code);
            code.push(0x46);
          },
          single,
          whole,
        );
      }
    },
  });
}

/** The axis before, those of size 1 passed over. */
function lastReal(shape: readonly number[], axis: number): number {
  let before = axis - 1;
  while (before > 0 && shape[before] === 1) before--;
  return before;
}

/** Four lanes as one, in the first lane. */
function across(body: Body, value: Local, join: (a: Expr, b: Expr) => Expr): Expr {
  const turned = (local: Local, by: number): Expr =>
    lanes.shuffle(
      get(local),
      get(local),
      Array.from({ length: 16 }, (_, n) => (n + by) % 16),
    );
  const halves = body.let("v128", join(get(value), turned(value, 8)));
  return join(get(halves), turned(halves, 4));
}
