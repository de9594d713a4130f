import { inOrder, input, sizeOf, type Value, type ValueOf } from "../onnx/index.ts";
import { convKernel, tileHeight } from "./conv-kernel.ts";
import { costOf, isElementwise } from "./formula.ts";
import type { Kernel } from "./kernel.ts";
import { type Formula, mapKernel } from "./map-kernel.ts";
import { productFits, productKernel } from "./matmul-kernel.ts";
import { packWeights } from "./packed-weights.ts";
import { broadcast, freshPlace, type Place, reshaped, sliced, transposed } from "./place.ts";
import { reduceKernel } from "./reduce-kernel.ts";
import { type Run, runsOf } from "./runs.ts";
import { winogradFits, winogradKernel } from "./winograd-kernel.ts";
import { winogradWeights } from "./winograd-weights.ts";
import { partsOf, wishesOf } from "./wishes.ts";
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
export function schedule(outputs: Readonly<Record<string, Value>>, threads: number): Schedule {
  return new Scheduler(outputs, threads).run();
}

class Scheduler {
  readonly #outputs: Readonly<Record<string, Value>>;
  readonly #threads: number;
  readonly #order: readonly Value[];
  readonly #uses = new Map<Value, number>();
  readonly #places = new Map<Value, Place>();
  readonly #wishes: ReadonlyMap<Value, Place>;
  readonly #kernels: Kernel[] = [];
  readonly #inputs = new Map<string, Place>();
  readonly #constants = new Map<Place, readonly number[]>();

  constructor(outputs: Readonly<Record<string, Value>>, threads: number) {
    this.#outputs = outputs;
    this.#threads = threads;
    this.#order = inOrder(Object.values(outputs));
    for (const value of [
      ...this.#order.flatMap(({ inputs }) => inputs),
      ...Object.values(outputs),
    ]) {
      this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
    }
    this.#wishes = wishesOf(this.#order, (value) => this.#uses.get(value) ?? 0);
  }

  run(): Schedule {
    for (const value of this.#order) this.#visit(value);
    const outputs = new Map<string, Place>();
    for (const [name, value] of Object.entries(this.#outputs)) {
      outputs.set(name, this.#ownPlace(value));
    }
    return { kernels: this.#kernels, inputs: this.#inputs, outputs, constants: this.#constants };
  }

  #visit(value: Value): void {
    for (const operand of value.inputs) {
      // What is broadcast is computed once, before.
      const isSmaller = sizeOf(operand.shape) < sizeOf(value.shape);
      if (isSmaller && isElementwise(value) && operand.op !== "Constant") this.#place(operand);
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
    for (const [piece, part] of partsOf(value, whole)) {
      if (this.#places.get(piece)?.buffer === part.buffer) continue; // it was computed there
      this.#kernels.push(mapKernel(this.#formula(piece), part));
    }
    return whole;
  }

  /** Evenly spaced places are only another view; others are copied, each evenly spaced run at once. */
  #gather(value: ValueOf<"Gather">): Place {
    const [x] = value.inputs;
    const { axis, indices } = value.attributes;
    const source = this.#place(x);
    const runs = runsOf(indices);
    const cut = (place: Place, { start, size, step }: Run): Place =>
      sliced(place, {
        starts: place.shape.map((_, other) => (other === axis ? start : 0)),
        sizes: place.shape.with(axis, size),
        steps: place.shape.map((_, other) => (other === axis ? step : 1)),
      });
    if (runs.length === 1) return cut(source, runs[0]);
    const target = this.#target(value);
    let done = 0;
    for (const run of runs) {
      this.#copyView(cut(source, run), cut(target, { start: done, size: run.size, step: 1 }));
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

  /** A copy of numbers that are no value of the graph's. */
  #copyView(from: Place, to: Place = freshPlace(from.shape)): Place {
    return this.#copy(input("", from.shape), from, to);
  }

  #packed(weight: Value): Place {
    const { packed, copies } = packWeights(this.#place(weight));
    for (const { from, to } of copies) this.#copyView(from, to);
    return packed;
  }

  #conv(value: ValueOf<"Conv">): Place {
    const [x, weight] = value.inputs;
    const { strides } = value.attributes;
    const image = this.#place(x);
    const lies = image.strides.at(-1) === 1 || image.shape.at(-1) === 1;
    const target = this.#target(value);
    const kernel = weight.shape.slice(2);
    const packed = this.#packed(weight);
    const inLine = lies ? image : this.#copy(x, image, freshPlace(x.shape));
    const [outputs, channels] = weight.shape;
    if (winogradFits(target, { kernel, strides, channels })) {
      const spread = freshPlace([outputs / tileHeight, 4, 4, channels, tileHeight]);
      this.#kernels.push(
        winogradWeights(packed, spread),
        winogradKernel({ x: inLine, weight: spread, target }, this.#threads),
      );
    } else {
      this.#kernels.push(convKernel({ x: inLine, weight: packed, target, kernel, strides }));
    }
    return target;
  }
}
