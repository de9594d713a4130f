import { inOrder, type Shape, sizeOf, type Value, type ValueOf } from "../onnx/index.ts";
import { convKernel, tileHeight } from "./conv-kernel.ts";
import { costOf, isElementwise } from "./formula.ts";
import type { Kernel } from "./kernel.ts";
import { type Formula, mapKernel } from "./map-kernel.ts";
import { productFits, productKernel } from "./matmul-kernel.ts";
import { broadcast, freshPlace, type Place, reshaped, sliced, transposed } from "./place.ts";
import { reduceKernel } from "./reduce-kernel.ts";
import { zeroKernel } from "./zero-kernel.ts";

/** What is to be done, in order, and where everything lies. */
export interface Schedule {
  readonly kernels: readonly Kernel[];
  /** By the Input's name. */
  readonly inputs: ReadonlyMap<string, Place>;
  readonly outputs: ReadonlyMap<string, Place>;
  /** Numbers that are there from the start. */
  readonly constants: ReadonlyMap<Place, readonly number[]>;
}

/** Makes a graph's values into kernels: elementwise ones vanish into those that use them. */
export function schedule(outputs: Readonly<Record<string, Value>>): Schedule {
  return new Scheduler(outputs).run();
}

class Scheduler {
  readonly #outputs: Readonly<Record<string, Value>>;
  readonly #order: readonly Value[];
  readonly #uses = new Map<Value, number>();
  readonly #places = new Map<Value, Place>();
  /** Where a value should be put so that nobody has to copy it there. */
  readonly #wishes = new Map<Value, Place>();
  readonly #kernels: Kernel[] = [];
  readonly #inputs = new Map<string, Place>();
  readonly #constants = new Map<Place, readonly number[]>();

  constructor(outputs: Readonly<Record<string, Value>>) {
    this.#outputs = outputs;
    this.#order = inOrder(Object.values(outputs));
    for (const value of [
      ...this.#order.flatMap(({ inputs }) => inputs),
      ...Object.values(outputs),
    ]) {
      this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    }
    this.#wish();
  }

  run(): Schedule {
    for (const value of this.#order) this.#visit(value);
    const outputs = new Map<string, Place>();
    for (const [name, value] of Object.entries(this.#outputs)) {
      outputs.set(name, this.#ownPlace(value));
    }
    return { kernels: this.#kernels, inputs: this.#inputs, outputs, constants: this.#constants };
  }

  /** A piece of a concatenation that nobody else needs is computed where it will lie. */
  #wish(): void {
    for (const value of this.#order.toReversed()) {
      if (value.op === "Concat") {
        const whole = this.#wishes.get(value) ?? freshPlace(value.shape);
        this.#wishes.set(value, whole);
        for (const [input, part] of partsOf(value, whole)) this.#wishFor(input, part);
      }
    }
  }

  #wishFor(value: Value, place: Place): void {
    if (this.#uses.get(value) !== 1 || value.op === "Input" || value.op === "Constant") return;
    this.#wishes.set(value, place);
    if (value.op === "Reshape") {
      const inner = reshaped(place, value.inputs[0].shape);
      if (inner !== undefined) this.#wishFor(value.inputs[0], inner);
    }
  }

  #visit(value: Value): void {
    for (const input of value.inputs) {
      // What is broadcast is computed once, before.
      if (sizeOf(input.shape) < sizeOf(value.shape) && isElementwise(value)) this.#place(input);
    }
    const made = this.#make(value);
    if (made !== undefined) this.#places.set(value, made);
    else if (!this.#isWorthRepeating(value)) this.#place(value);
  }

  /** Everything but elementwise values gets its place at once. */
  #make(value: Value): Place | undefined {
    switch (value.op) {
      case "Input": {
        const place = freshPlace(value.shape);
        this.#inputs.set(value.attributes.name, place);
        return place;
      }
      case "Constant":
        return this.#constant(value);
      case "Reshape":
        return this.#reshape(value);
      case "Transpose":
        return transposed(this.#place(value.inputs[0]), value.attributes.order);
      case "Slice":
        return sliced(this.#place(value.inputs[0]), value.attributes);
      case "Expand":
        return broadcast(this.#place(value.inputs[0]), value.attributes.shape);
      case "Pad":
        return this.#padded(value.inputs[0], value);
      case "Concat":
        return this.#concat(value);
      case "Gather":
        return this.#gather(value);
      case "ReduceSum":
      case "ReduceMax":
        return this.#reduce(value);
      case "MatMul":
        return this.#product(value);
      case "Conv":
        return this.#conv(value);
      default:
        return undefined;
    }
  }

  #target(value: Value): Place {
    return this.#wishes.get(value) ?? freshPlace(value.shape);
  }

  #constant(value: ValueOf<"Constant">): Place | undefined {
    if (sizeOf(value.shape) === 1) return undefined;
    const place = freshPlace(value.shape);
    this.#constants.set(place, value.attributes.data);
    return place;
  }

  /** Where a value lies; computed now if it is not yet. */
  #place(value: Value): Place {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const place = this.#target(value);
    this.#kernels.push(mapKernel(this.#formula(value), place));
    this.#places.set(value, place);
    return place;
  }

  /** A place that is the value's alone, row-major and not to be changed by a later run's inputs. */
  #ownPlace(value: Value): Place {
    const place = freshPlace(value.shape);
    this.#kernels.push(mapKernel(this.#formula(value), place));
    return place;
  }

  #copy(value: Value, place: Place, target: Place): Place {
    this.#kernels.push(
      mapKernel({ root: value, leaves: new Map([[value, place]]), cost: 1 }, target),
    );
    return target;
  }

  #formula(root: Value): Formula {
    const leaves = new Map<Value, Place>();
    const seen = new Set<Value>();
    let cost = 0;
    const visit = (value: Value): void => {
      if (seen.has(value)) return;
      seen.add(value);
      const place = this.#places.get(value);
      if (place !== undefined) leaves.set(value, place);
      else {
        cost += costOf(value);
        value.inputs.forEach(visit);
      }
    };
    visit(root);
    return { root, leaves, cost: Math.max(1, cost) };
  }

  /** Whether a value is better computed again by each that uses it than kept in memory. */
  #isWorthRepeating(value: Value): boolean {
    const uses = this.#uses.get(value) ?? 0;
    const { leaves, cost } = this.#formula(value);
    const large = [...leaves.keys()].filter(({ shape }) => sizeOf(shape) * 2 > sizeOf(value.shape));
    if (leaves.size > 10 || cost > 60) return false;
    if (uses <= 1) return true;
    return cost <= 6 && (large.length <= 1 || (large.length === 2 && uses === 2));
  }

  #reshape(value: ValueOf<"Reshape">): Place {
    const [x] = value.inputs;
    const place = this.#place(x);
    const view = reshaped(place, value.shape);
    if (view !== undefined) return view;
    const target = this.#target(value);
    // The copy is made in the shape of what is copied, where the target allows it.
    const asBefore = reshaped(target, x.shape);
    if (asBefore !== undefined) {
      this.#copy(x, place, asBefore);
      return target;
    }
    const copy = this.#copy(x, place, freshPlace(x.shape));
    return reshaped(copy, value.shape) ?? copy;
  }

  /** A tensor with zeros around, in a buffer of its own. */
  #padded(x: Value, value: ValueOf<"Pad">): Place {
    const whole = freshPlace(value.shape);
    const { before } = value.attributes;
    const inside = sliced(whole, { starts: before, sizes: x.shape, steps: before.map(() => 1) });
    this.#kernels.push(zeroKernel(whole));
    this.#kernels.push(mapKernel(this.#formula(x), inside));
    return whole;
  }

  #concat(value: ValueOf<"Concat">): Place {
    const whole = this.#target(value);
    for (const [input, part] of partsOf(value, whole)) {
      if (this.#places.get(input)?.buffer === part.buffer) continue; // it was computed there
      this.#kernels.push(mapKernel(this.#formula(input), part));
    }
    return whole;
  }

  /** Evenly spaced places are only another view; others are copied, each evenly spaced run at once. */
  #gather(value: ValueOf<"Gather">): Place {
    const [x] = value.inputs;
    const { axis, indices } = value.attributes;
    const source = this.#place(x);
    const runs = runsOf(indices);
    const cut = (
      place: Place,
      start: number,
      { size, step }: { size: number; step: number },
    ): Place =>
      sliced(place, {
        starts: place.shape.map((_, other) => (other === axis ? start : 0)),
        sizes: place.shape.with(axis, size),
        steps: place.shape.map((_, other) => (other === axis ? step : 1)),
      });
    if (runs.length === 1) return cut(source, runs[0].start, runs[0]);
    const target = this.#target(value);
    let done = 0;
    for (const run of runs) {
      const part = { ...x, shape: x.shape.with(axis, run.size) } as Value;
      this.#copy(part, cut(source, run.start, run), cut(target, done, { size: run.size, step: 1 }));
      done += run.size;
    }
    return target;
  }

  #reduce(value: ValueOf<"ReduceSum"> | ValueOf<"ReduceMax">): Place {
    const target = this.#target(value);
    const kind = value.op === "ReduceSum" ? "sum" : "max";
    const { axes } = value.attributes;
    this.#kernels.push(reduceKernel({ ...this.#formula(value.inputs[0]), kind, axes }, target));
    return target;
  }

  #product(value: ValueOf<"MatMul">): Place {
    const {
      inputs: [left, right],
      attributes,
    } = value;
    const turned = (place: Place): Place =>
      transposed(
        place,
        [...place.shape.keys()].slice(0, -2).concat(place.shape.length - 1, place.shape.length - 2),
      );
    const [a0, b0] = [this.#place(left), this.#place(right)];
    const a = attributes.transposeA ? turned(a0) : a0;
    const b = attributes.transposeB ? turned(b0) : b0;
    const target = this.#target(value);
    // (a · b)ᵀ = bᵀ · aᵀ, whichever lies better.
    const forms = [
      { a, b, target },
      { a: turned(b), b: turned(a), target: turned(target) },
    ];
    const fitting = forms.find(productFits);
    if (fitting !== undefined) {
      this.#kernels.push(productKernel(fitting));
      return target;
    }
    const row = this.#copyView(a);
    const column = this.#copyView(b);
    const own = freshPlace(target.shape);
    this.#kernels.push(productKernel({ a: row, b: column, target: own }));
    return own;
  }

  #copyView(place: Place): Place {
    const value = {
      op: "Input",
      inputs: [],
      attributes: { name: "" },
      shape: place.shape,
      type: "float32",
    } as Value;
    return this.#copy(value, place, freshPlace(place.shape));
  }

  /** Weights [o, c, …] as the convolution reads them: for each tile of outputs [kernel…, c, outputs]. */
  #packed(weight: Value): Place {
    const source = this.#place(weight);
    const packed = freshPlace([sizeOf(weight.shape)]);
    const [outputs, channels, ...kernel] = weight.shape;
    const whole = Math.floor(outputs / tileHeight);
    const pack = (first: number, tiles: number, height: number): void => {
      if (tiles * height === 0) return;
      const [step, ...steps] = source.strides;
      const apart: Place = {
        buffer: source.buffer,
        offset: source.offset + first * step,
        shape: [tiles, height, channels, ...kernel],
        strides: [height * step, step, ...steps],
      };
      const order = [0, ...kernel.map((_, axis) => axis + 3), 2, 1];
      const from = transposed(apart, order);
      const to = {
        ...freshPlace(from.shape),
        buffer: packed.buffer,
        offset: first * channels * sizeOf(kernel),
      };
      this.#copy({ ...weight, shape: from.shape } as Value, from, to);
    };
    pack(0, whole, tileHeight);
    const rest = outputs % tileHeight;
    if (rest > 0) pack(outputs - rest, 1, rest);
    return packed;
  }

  #conv(value: ValueOf<"Conv">): Place {
    const [x, weight] = value.inputs;
    const { strides } = value.attributes;
    const image = this.#place(x);
    const lies = image.strides.at(-1) === 1 || image.shape.at(-1) === 1;
    const target = this.#target(value);
    this.#kernels.push(
      convKernel({
        x: lies ? image : this.#copy(x, image, freshPlace(x.shape)),
        weight: this.#packed(weight),
        target,
        kernel: weight.shape.slice(2),
        strides,
      }),
    );
    return target;
  }
}

/** Whole numbers as runs of even steps. */
function runsOf(indices: readonly number[]): { start: number; size: number; step: number }[] {
  const runs: { start: number; size: number; step: number }[] = [];
  for (const index of indices) {
    const run = runs.at(-1);
    if (run?.size === 1) run.step = index - run.start;
    if (run !== undefined && index === run.start + run.size * run.step) run.size++;
    else runs.push({ start: index, size: 1, step: 1 });
  }
  return runs;
}

/** Where each input of a concatenation lies in the whole. */
function partsOf(value: ValueOf<"Concat">, whole: Place): [Value, Place][] {
  const { axis } = value.attributes;
  let start = 0;
  return value.inputs.map((input) => {
    const starts: Shape = value.shape.map((_, other) => (other === axis ? start : 0));
    start += input.shape[axis];
    return [input, sliced(whole, { starts, sizes: input.shape, steps: starts.map(() => 1) })];
  });
}
