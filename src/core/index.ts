export { counted } from "./counted.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  errorCodes,
  HeparError,
  type SerializedError,
  toHeparError,
} from "./errors.ts";
export { inLanes } from "./in-lanes.ts";
export { byNaturalOrder } from "./natural-order.ts";
export { type Progress, type ProgressEvent, silent } from "./progress.ts";
export { type Random, randomFrom } from "./random.ts";
export { type Hu, hu, type Ml, type Mm, ml, mm, type Percent, percent } from "./units.ts";
