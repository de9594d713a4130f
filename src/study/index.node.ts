export {
  type MeasureWarning,
  measureMaskFile,
  measurePair,
  type PairMeasurement,
  writeLesions,
} from "./pair.node.ts";
export { measureFiles, studyCase } from "./study.node.ts";
