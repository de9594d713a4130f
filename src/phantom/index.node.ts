export {
  type CohortTruth,
  type PhantomCohortOptions,
  writePhantomCohort,
} from "./cohort.node.ts";
