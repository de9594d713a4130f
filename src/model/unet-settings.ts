import { z } from "zod";
import { HeparError } from "../core/index.ts";
import type { Value } from "../onnx/index.ts";
import { commonSettings, count, perAxis, perStage } from "./settings.ts";

/** A U-Net's shape: its stages' widths are its depth. Lists are by stage, full resolution first. */
export const unetSchema = z.strictObject({
  architecture: z.literal("unet"),
  ...commonSettings,
  /** Channels of each encoder stage. */
  widths: z.array(count).min(2).readonly(),
  /** Convolutions of each encoder stage, or its residual blocks. */
  convolutions: perStage,
  /** Convolutions of each decoder stage. Default: the encoder's; 1 where that is residual. */
  decoderConvolutions: perStage.optional(),
  /** Default: plain. */
  encoder: z.enum(["plain", "residual"]).optional(),
  /** Kernel of each stage, odd. Default: 3 on every axis. */
  kernels: perAxis.optional(),
  /** How each stage shrinks the one before it. Default: 2, the first stage 1. */
  strides: perAxis.optional(),
  /** Whether convolutions have a bias, which the norm after them takes away. Default: false. */
  bias: z.boolean().optional(),
  /** Whether transposed convolutions have one. Default: true. */
  upBias: z.boolean().optional(),
  /** Whether training looks at every decoder stage's logits. Default: false. */
  deepSupervision: z.boolean().optional(),
});

export type UnetSettings = z.infer<typeof unetSchema>;

/** One stage of a U-Net. */
export interface Stage {
  readonly channels: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly bias: boolean;
  /** Blocks in the encoder. */
  readonly blocks: number;
  readonly decoderBlocks: number;
}

/** @throws `model.invalid` when the settings describe no network */
export function requireNetwork(settings: UnetSettings): void {
  const { classes, widths, convolutions, decoderConvolutions = 1, kernels, strides } = settings;
  const invalid = (message: string): never => {
    throw new HeparError("model.invalid", message);
  };
  if (widths.length < 2 || [...widths, classes].some((size) => !(size >= 1))) {
    invalid(`a U-Net needs two or more widths, each 1 or more, got [${widths.join(", ")}]`);
  }
  if ([convolutions, decoderConvolutions].flat().some((number) => !(number >= 1))) {
    invalid(`a stage has one convolution or more, got [${convolutions}], [${decoderConvolutions}]`);
  }
  if (kernels?.flat().some((size) => size % 2 !== 1)) {
    invalid(`kernels are odd, so that they have a middle, got [${kernels.join("], [")}]`);
  }
  const stages = { kernels, strides, convolutions };
  for (const [name, list] of Object.entries(stages)) {
    if (Array.isArray(list) && list.length !== widths.length) {
      invalid(`${widths.length} stages need as many ${name}, got ${list.length}`);
    }
  }
  if (Array.isArray(decoderConvolutions) && decoderConvolutions.length !== widths.length - 1) {
    invalid(
      `${widths.length} stages need ${widths.length - 1} decoderConvolutions, got ${decoderConvolutions.length}`,
    );
  }
}

/**
 * The stages, full resolution first, for images of so many spatial axes.
 *
 * @throws `graph.shape` when kernels or strides are for another number of axes
 */
export function stagesOf(settings: UnetSettings, rank: number): readonly Stage[] {
  const { widths, kernels, strides, convolutions, encoder, bias = false } = settings;
  const { decoderConvolutions = encoder === "residual" ? 1 : convolutions } = settings;
  const ofStage = (list: number | readonly number[], depth: number): number =>
    typeof list === "number" ? list : list[depth];
  return widths.map((channels, depth) => {
    const kernel = kernels?.[depth] ?? Array<number>(rank).fill(3);
    const stride = strides?.[depth] ?? Array<number>(rank).fill(depth === 0 ? 1 : 2);
    const blocks = ofStage(convolutions, depth);
    const decoderBlocks = ofStage(decoderConvolutions, depth);
    if (kernel.length === rank && stride.length === rank) {
      return { channels, kernel, stride, bias, blocks, decoderBlocks };
    }
    throw new HeparError(
      "graph.shape",
      `stage ${depth} has kernel [${kernel}] and stride [${stride}] for an image of ${rank} axes`,
    );
  });
}

/** @throws `graph.shape` when an image cannot be shrunk as often as there are stages */
export function requireDivisible({ shape }: Value, stages: readonly Stage[]): void {
  const spatial = shape.slice(2);
  const factors = spatial.map((_, axis) =>
    stages.reduce((product, { stride }) => product * stride[axis], 1),
  );
  if (spatial.every((size, axis) => size % factors[axis] === 0)) return;
  const alike = factors.every((factor) => factor === factors[0]);
  const wanted = (alike ? factors.slice(0, 1) : factors).join(" × ");
  throw new HeparError(
    "graph.shape",
    `a U-Net of ${stages.length} stages takes sizes that are multiples of ${wanted}, got ${spatial.join(" × ")}`,
    { hint: "choose another image size, or fewer stages" },
  );
}
