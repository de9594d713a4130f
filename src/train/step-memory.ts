import { networkOf } from "../model/index.ts";
import { inOrder, lower, type OpName, plainTarget, sizeOf, type Value } from "../onnx/index.ts";
import { stepValues } from "./graphs.ts";
import { architectureOf, type Recipe } from "./recipe.ts";
import { stepSettingsOf } from "./recipe-graphs.ts";

/** Node, ONNX Runtime and hepar before the first step. */
const programBytes = 200 * 2 ** 20;

/**
 * Bytes that training a recipe takes at its fullest moment, about: the step's tensors, what is not
 * seen in the graph, and the program itself. Slices that are kept in memory come on top.
 *
 * @throws `model.invalid`, `graph.shape` when the network cannot be built for the recipe's images
 */
export function trainingMemory(recipe: Recipe): number {
  const { step } = stepValues(networkOf(architectureOf(recipe)), stepSettingsOf(recipe));
  return programBytes + overhead * peakBytes(lower(Object.values(step), plainTarget));
}

/** What kernels take for themselves, and the runtime leaves unused between tensors; measured. */
const overhead = 1.5;

/** The largest batch with which training fits into so many bytes; 0 when none does. */
export function largestBatch(recipe: Recipe, bytes: number): number {
  // About a + b · batch; the line through 1 and the recipe's own batch is near both.
  const least = trainingMemory({ ...recipe, batchSize: 1 });
  if (least > bytes) return 0;
  const batchSize = Math.max(2, recipe.batchSize);
  const slope = (trainingMemory({ ...recipe, batchSize }) - least) / (batchSize - 1);
  return 1 + Math.floor((bytes - least) / slope);
}

/**
 * Bytes of a graph's tensors at the fullest moment of its run, its inputs and outputs included: each
 * is there from the operation that makes it until the last that reads it. A reshape is a view, and an
 * operation element by element writes over an input that nobody needs any more, as runtimes do.
 */
export function peakBytes(outputs: readonly Value[]): number {
  const order = inOrder(outputs);
  const { ownerOf, lastUse } = livesOf(order, outputs);
  const inputs = order.filter(({ op }) => op === "Input");
  let live = inputs.reduce((sum, value) => sum + bytesOf(value), 0);
  let peak = live;
  order.forEach((value, index) => {
    if (value.op === "Input" || value.op === "Reshape") return;
    const read = new Set(value.inputs.map(ownerOf));
    const freed = [...read].filter((owner) => lastUse.get(owner) === index);
    const bytes = bytesOf(value);
    const isWrittenOver =
      elementwise.has(value.op) && freed.some((owner) => bytesOf(owner) === bytes);
    peak = Math.max(peak, live + (isWrittenOver ? 0 : bytes));
    live += bytes - freed.reduce((sum, owner) => sum + bytesOf(owner), 0);
  });
  return peak;
}

/** Whose memory each value is in, and the place in the order that reads it last. */
function livesOf(order: readonly Value[], outputs: readonly Value[]) {
  const owners = new Map<Value, Value>();
  const ownerOf = (value: Value): Value => owners.get(value) ?? value;
  const lastUse = new Map<Value, number>();
  order.forEach((value, index) => {
    if (value.op === "Reshape") owners.set(value, ownerOf(value.inputs[0]));
    for (const read of value.inputs) lastUse.set(ownerOf(read), index);
    lastUse.set(ownerOf(value), index);
  });
  // Inputs are ours, and outputs too: the runtime frees neither.
  for (const value of [...outputs, ...order.filter(({ op }) => op === "Input")]) {
    lastUse.set(ownerOf(value), order.length);
  }
  return { ownerOf, lastUse };
}

const elementwise: ReadonlySet<OpName> = new Set<OpName>([
  ...(["Add", "Sub", "Mul", "Div", "Neg", "Exp", "Log", "Sqrt", "Pow", "LeakyRelu"] as const),
]);

const bytesOf = ({ shape, type }: Value): number => sizeOf(shape) * (type === "float32" ? 4 : 1);
