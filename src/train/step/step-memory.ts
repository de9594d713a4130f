import { lengthOf, networkOf } from "../../model/index.ts";
import { inOrder, lower, type OpName, sizeOf, type Target, type Value } from "../../onnx/index.ts";
import { architectureOf, type Recipe } from "../recipe.ts";
import { stepValues, validationValues } from "./graphs.ts";
import { stepSettingsOf } from "./recipe-graphs.ts";

/** Node, ONNX Runtime, the threads that make batches, and hepar. */
const programBytes = 310 * 2 ** 20;

/** What kernels take for themselves, and the runtime's arena leaves unused between tensors. */
const overhead = 1.1;

/** How often the weights are there: with what the optimiser remembers, old, new, and being written. */
const copiesOfWeights = 18;

/**
 * Bytes that training a recipe takes at its fullest moment, about: the tensors of its step and of its
 * looks at held-out slices, the weights with all their copies, and the program itself. Slices that are
 * kept in memory come on top, up to an eighth of the machine's.
 *
 * Whole trainings (peak of the process, 2 threads, AVX-512) took 0.97 (small), 1.03 (default), 1.00
 * (accurate) and 1.00 (notebook) of it; steps of a 3D U-Net by themselves, 2 × 64³, widths 16 to 256,
 * 0.86.
 *
 * @throws `model.invalid`, `graph.shape` when the network cannot be built for the recipe's images
 */
export function trainingMemory(recipe: Recipe, target: Target): number {
  const network = networkOf(architectureOf(recipe));
  const settings = stepSettingsOf(recipe);
  const { step, inventory } = stepValues(network, settings);
  const peaks = [step, validationValues(network, settings)].map((results) =>
    peakBytes(lower(Object.values(results), target)),
  );
  const tensors = peaks.reduce((sum, peak) => sum + peak, 0);
  const weights = 4 * lengthOf(inventory.parameters);
  return programBytes + overhead * tensors + copiesOfWeights * weights;
}

/** The largest batch with which training fits into so many bytes; 0 when none does. */
export function largestBatch(
  recipe: Recipe,
  { bytes, target }: { readonly bytes: number; readonly target: Target },
): number {
  // About a + b · batch; the line through 1 and the recipe's own batch is near both.
  const memoryAt = (batchSize: number): number => trainingMemory({ ...recipe, batchSize }, target);
  const least = memoryAt(1);
  if (least > bytes) return 0;
  const batchSize = Math.max(2, recipe.batchSize);
  const slope = (memoryAt(batchSize) - least) / (batchSize - 1);
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
