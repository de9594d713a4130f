import { openSession, type SessionOptions } from "../onnx/index.node.ts";
import type { TrainingGraph } from "./graphs.ts";
import { type Stepper, stepperOf } from "./stepper.ts";

/** Opens a training graph. Throws as `openSession`. */
export const openStepper = async (
  graph: TrainingGraph,
  options: SessionOptions = {},
): Promise<Stepper> => stepperOf(graph, await openSession(graph.model, options));
