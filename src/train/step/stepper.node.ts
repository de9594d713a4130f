import { openSession, type SessionOptions } from "../../onnx/index.node.ts";
import type { TrainingGraph } from "./graphs.ts";
import { type Stepper, stepperOn } from "./stepper.ts";

/** Opens a training graph on this machine. Throws as `openSession`. */
export const openStepper = (graph: TrainingGraph, options: SessionOptions = {}): Promise<Stepper> =>
  stepperOn(graph, (model) => openSession(model, options));
