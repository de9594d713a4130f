/** @file Convolutions of a graph in blocks, and their gradients. */
import { concat, sliceAxis } from "../ops.ts";
import { sizeOf, type Value, type ValueOf } from "../value.ts";
import { convolve, inputGradient } from "./blocked-convolve.ts";
import { weightGradient } from "./blocked-correlate.ts";
import { plainFrom } from "./blocked-layout.ts";
import type { BlockedLowering, Lowered } from "./blocked-lowering.ts";
import { partOf } from "./blocked-source.ts";

export function blockedConvolution(
  node: ValueOf<"Conv">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x, weight] = node.inputs;
  const { block } = lowering;
  const outputs = weight.shape[0];
  const pieces = partsOfConcat(x, lowering) ?? [{ part: x, start: 0 }];
  const parts = pieces.flatMap(({ part, start }) => {
    const source = lowering.source(part);
    const own = sliceAxis(lowering.plain(weight), 1, { start, size: part.shape[1] });
    return source === undefined ? [] : [partOf(source, own, block)];
  });
  const isPossible = parts.length === pieces.length && sizeOf(node.shape.slice(2)) > 1;
  if (!isPossible || (outputs % block !== 0 && outputs > block)) return undefined;
  const result = convolve({
    ...{ parts, kernel: weight.shape.slice(2), block },
    geometry: node.attributes,
  });
  return outputs % block === 0 ? { blocked: result } : { plain: plainFrom(result, outputs) };
}

/** The parts of a concatenation of channels, which then need not be copied together. */
function partsOfConcat(
  x: Value,
  lowering: BlockedLowering,
): { part: Value; start: number }[] | undefined {
  if (x.op !== "Concat" || x.attributes.axis !== 1 || !x.inputs.every(lowering.fits))
    return undefined;
  let start = 0;
  return x.inputs.map((part) => {
    start += part.shape[1];
    return { part, start: start - part.shape[1] };
  });
}

export function blockedInputGradient(
  node: ValueOf<"ConvInputGradient">,
  lowering: BlockedLowering,
  bias?: Value,
): Lowered | undefined {
  const [upstream, weight] = node.inputs;
  const source = lowering.source(upstream);
  if (source === undefined || !lowering.fits(node)) return undefined;
  return {
    blocked: inputGradient({
      ...{ node, upstream: source, bias },
      ...{ weight: lowering.plain(weight), block: lowering.block },
    }),
  };
}

export function blockedWeightGradient(
  node: ValueOf<"ConvWeightGradient">,
  lowering: BlockedLowering,
): Lowered | undefined {
  const [x, upstream] = node.inputs;
  if (x.shape.length < 4 || x.shape.length > 5) return undefined;
  const pieces = (partsOfConcat(x, lowering) ?? [{ part: x }]).map(({ part }) =>
    weightGradient({
      node: { ...node, inputs: [part, upstream], shape: node.shape.with(1, part.shape[1]) },
      ...{ x: lowering.operand(part), upstream: lowering.operand(upstream) },
    }),
  );
  const known = pieces.filter((piece) => piece !== undefined);
  return known.length === pieces.length ? { plain: concat(known, 1) } : undefined;
}
