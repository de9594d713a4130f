export { decodeModel } from "./decode.ts";
export { type EncodeOptions, encodeModel } from "./encode.ts";
export { evaluate } from "./evaluate.ts";
export { gradient } from "./gradient.ts";
export { lower, plainTarget, type Target } from "./lower.ts";
export {
  type ExternalPlace,
  type OnnxFile,
  type OnnxPort,
  readOnnxFile,
  withMetadata,
  withNumbersInside,
} from "./onnx-file.ts";
export * from "./ops.ts";
export type { Computed } from "./reference-tensor.ts";
export type { Feeds, Session } from "./session.ts";
export {
  type ConvAttributes,
  type ElementType,
  inOrder,
  type OpName,
  type Shape,
  sizeOf,
  stridesOf,
  type TensorType,
  type Value,
  type ValueOf,
} from "./value.ts";
