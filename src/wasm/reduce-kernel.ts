import { type Shape, sizeOf, type Value } from "../onnx/index.ts";
import {
  add,
  type Body,
  type Expr,
  get,
  i32,
  type Local,
  lanes,
  lessThan,
  remainder,
  splat,
} from "./assembler.ts";
import { writeFormula } from "./formula.ts";
import { acrossLanes, type Kernel, pointersAt, share, type Walk } from "./kernel.ts";
import type { Formula } from "./map-kernel.ts";
import { addressOf, broadcast, mergeAxes, type Place } from "./place.ts";

/** The sum or the maximum of a formula over some axes. */
export interface Reduction extends Formula {
  readonly kind: "sum" | "max";
  readonly axes: readonly number[];
}

const kinds = {
  sum: { start: splat(0), join: lanes.add },
  max: { start: splat(Number.NEGATIVE_INFINITY), join: lanes.max },
} as const;

const number = 4;

export function reduceKernel(reduction: Reduction, target: Place): Kernel {
  const { root, leaves, cost, kind, axes } = reduction;
  return {
    reads: [...leaves.values()],
    writes: [target],
    about: `${kind} over ${axes.join()} of ${root.shape.join("×")}`,
    cost: cost * sizeOf(root.shape),
    write: ({ assembler, threads }) =>
      assembler.func(1, (body, [thread]) => {
        const form = formOf(reduction, target);
        const shared = { thread, threads };
        if (form.reduced.at(-1) === form.last && form.isLine) reduceLines(body, form, shared);
        else reduceAcross(body, form, shared);
      }),
  };
}

/** A reduction over as few axes as possible. */
interface Form extends Pick<Reduction, "root" | "kind"> {
  readonly values: readonly Value[];
  /** The target's place, then one for each value. */
  readonly starts: readonly Expr[];
  readonly shape: Shape;
  /** In elements: the target's, then each value's; 0 where they are repeated or summed up. */
  readonly strides: readonly (readonly number[])[];
  readonly kept: readonly number[];
  readonly reduced: readonly number[];
  readonly last: number;
  /** Whether every value's numbers are neighbours along the last axis, or one and the same. */
  readonly isLine: boolean;
}

interface Shared {
  readonly thread: Local;
  readonly threads: number;
}

function formOf({ root, leaves, axes, kind }: Reduction, target: Place): Form {
  const places = [target, ...leaves.values()].map((place) => broadcast(place, root.shape));
  const isReduced = (axis: number): boolean => axes.includes(axis);
  const {
    shape,
    strides,
    axes: from,
  } = mergeAxes(
    root.shape,
    places.map((place) => place.strides),
    (axis) => isReduced(axis) !== isReduced(axisBefore(root.shape, axis)),
  );
  const all = [...shape.keys()];
  const last = all.length - 1;
  return {
    ...{ root, kind, shape, strides, last },
    values: [...leaves.keys()],
    starts: places.map((place) => i32(addressOf(place))),
    kept: all.filter((axis) => !isReduced(from[axis])),
    reduced: all.filter((axis) => isReduced(from[axis])),
    isLine: strides.slice(1).every((steps) => steps[last] === 0 || steps[last] === 1),
  };
}

/** The nearest axis before that has more than one element. */
function axisBefore(shape: Shape, axis: number): number {
  let before = axis - 1;
  while (before > 0 && shape[before] === 1) before--;
  return before;
}

const walkOver = (
  { shape, strides }: Form,
  axes: readonly number[],
  starts: readonly Expr[],
): Walk => ({
  shape: axes.map((axis) => shape[axis]),
  pointers: starts.map((start, n) => ({
    start,
    strides: axes.map((axis) => number * strides[n][axis]),
  })),
});

/** The formula where the pointers are: four neighbours, or one alone. */
function formulaAt(
  body: Body,
  { root, values, strides, last }: Form,
  at: { readonly pointers: readonly Local[]; readonly width: 4 | 1 },
): Expr {
  return writeFormula(body, root, (value) => {
    const n = values.indexOf(value) + 1;
    if (n === 0) return value.op === "Constant" ? splat(value.attributes.data[0]) : undefined;
    const address = get(at.pointers[n]);
    if (at.width === 1) return lanes.loadOne(address);
    return strides[n][last] === 0 ? lanes.loadSplat(address) : lanes.load(address);
  });
}

/** Runs `each` at every place of some axes, with pointers of its own. */
function overAxes(body: Body, walk: Walk, each: (pointers: readonly Local[]) => void): void {
  const place = body.let("i32", i32(0));
  body.loop(place, i32(sizeOf(walk.shape)), {
    step: 1,
    body: () => each(pointersAt(body, walk, place)),
  });
}

/** The last axis is summed up: in four lanes along each line, which are joined at the end. */
function reduceLines(body: Body, form: Form, { thread, threads }: Shared): void {
  const { kept, reduced, last, shape, strides, kind } = form;
  const { start, join } = kinds[kind];
  const rows = walkOver(form, kept, form.starts);
  const [row, end] = share(body, thread, { total: sizeOf(rows.shape), threads });
  const length = shape[last];
  const addLine = (sum: Local, pointers: readonly Local[]): void => {
    const at = body.let("i32", i32(0));
    const go = (until: number, width: 4 | 1): void =>
      body.loop(at, i32(until), {
        step: width,
        body: () => {
          const value = formulaAt(body, form, { pointers, width });
          // Of one number alone the other three lanes mean nothing.
          const only = width === 4 ? value : lanes.select(value, start, lanes.bits([-1, 0, 0, 0]));
          body.set(sum, join(get(sum), only));
          pointers.forEach((pointer, n) => {
            if (n > 0 && strides[n][last] !== 0) body.increase(pointer, i32(number * width));
          });
        },
      });
    go(length - (length % 4), 4);
    if (length % 4 !== 0) go(length, 1);
  };
  body.loop(row, get(end), {
    step: 1,
    body: () => {
      const pointers = pointersAt(body, rows, row);
      const total = body.let("v128", start);
      const lines = walkOver(form, reduced.slice(0, -1), pointers.map(get));
      overAxes(body, lines, (line) => {
        // Each line has a sum of its own: fewer digits are lost.
        const sum = body.let("v128", start);
        addLine(sum, line);
        body.set(total, join(get(total), get(sum)));
      });
      body.storeOne(get(pointers[0]), acrossLanes(body, total, join));
    },
  });
}

/** The last axis stays, and four neighbours are summed side by side; or, where they are none, one by one. */
function reduceAcross(body: Body, form: Form, { thread, threads }: Shared): void {
  const { kept, reduced, last, shape, strides, kind, isLine } = form;
  const { start, join } = kinds[kind];
  const sumAt = (pointers: readonly Local[], width: 4 | 1): Expr => {
    const sum = body.let("v128", start);
    overAxes(body, walkOver(form, reduced, pointers.map(get)), (at) => {
      body.set(sum, join(get(sum), formulaAt(body, form, { pointers: at, width })));
    });
    return get(sum);
  };
  const isWide = kept.at(-1) === last && isLine && strides[0][last] === 1;
  const lines = walkOver(form, isWide ? kept.slice(0, -1) : kept, form.starts);
  const length = isWide ? shape[last] : 1;
  const blocks = Math.ceil(length / 4);
  const inBlocks: Walk = {
    shape: [...lines.shape, blocks],
    pointers: lines.pointers.map((pointer, n) => ({
      ...pointer,
      strides: [...pointer.strides, isWide ? 4 * number * strides[n][last] : 0],
    })),
  };
  const [block, end] = share(body, thread, { total: sizeOf(inBlocks.shape), threads });
  body.loop(block, get(end), {
    step: 1,
    body: () => {
      const pointers = pointersAt(body, inBlocks, block);
      const four = (): void => body.store(get(pointers[0]), sumAt(pointers, 4));
      const rest = (): void => {
        const done = body.let("i32", i32(0));
        body.loop(done, i32(length % 4 || 4), {
          step: 1,
          body: () => {
            body.storeOne(get(pointers[0]), sumAt(pointers, 1));
            pointers.forEach((pointer, n) => {
              if (isWide && strides[n][last] !== 0)
                body.set(pointer, add(get(pointer), i32(number)));
            });
          },
        });
      };
      if (length % 4 === 0) four();
      else if (blocks === 1) rest();
      else body.if(lessThan(remainder(get(block), i32(blocks)), i32(blocks - 1)), four, rest);
    },
  });
}
