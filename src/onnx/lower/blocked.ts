/**
 * @file A graph for ONNX Runtime's CPU provider: images stay in blocks of channels from one convolution
 * to the next, through norms, activations, sums and their gradients. What has no blocked form gets its
 * plain one, with a reordering between.
 */
import type { Value } from "../value.ts";
import { BlockedLowering } from "./blocked-lowering.ts";
import { blockedRules } from "./blocked-rules.ts";

/** One value for each output, plain at the ends and in blocks of channels between. */
export function lowerBlocked(outputs: readonly Value[], block: number): Value[] {
  const lowering = new BlockedLowering(outputs, { block, rules: blockedRules });
  return outputs.map((output) => lowering.plain(output));
}
