export { datasetFolder, identifiersOf, type LabelMap, labelsOf } from "./nnunet.ts";
