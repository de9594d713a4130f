export type { Lesion } from "./lesions.ts";
export {
  type LesionTruth,
  makePhantom,
  type Phantom,
  type PhantomOptions,
  type PhantomTruth,
} from "./phantom.ts";
