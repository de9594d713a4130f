import { openSession, type SessionOptions } from "../onnx/index.node.ts";
import type { TrainingGraph } from "./graphs.ts";
import { type Stepper, stepperOf } from "./stepper.ts";

/** Opens a training graph. Throws as `openSession`. */
export async function openStepper(
  graph: TrainingGraph,
  options: SessionOptions = {},
): Promise<Stepper> {
  const model = await openSession(graph.model, options);
  if (graph.apply === undefined) return stepperOf(graph, { model });
  try {
    return stepperOf(graph, { model, apply: await openSession(graph.apply, options) });
  } catch (thrown) {
    await model.release();
    throw thrown;
  }
}
