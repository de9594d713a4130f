import type { CatalogRow } from "../catalog/index.ts";
import type { ModelDescription } from "../model/index.ts";

/** The cases that a model did not learn from, as far as anybody can tell. */
export interface Unseen<Row> {
  readonly rows: readonly Row[];
  /** false: the model does not say what it learned from, so that every case passes for unseen. */
  readonly isKnown: boolean;
}

type Identity = Pick<CatalogRow, "case" | "patient" | "voxels_sha256">;

/** A network and what it says of its training. */
interface Learner {
  readonly own: boolean;
  /** Null: it does not say. */
  readonly description: Pick<ModelDescription, "training"> | null;
}

/**
 * The cases that may be scored, each with the networks that predict it together: all those that did
 * not learn from its patient. Of one trained network for each fold, that is one for the cases of the
 * folds, and all for any other scan.
 *
 * @param rows - the whole catalogue, as for `unseenBy`
 */
export function judgesOf<Row extends Identity, Network extends Learner>(
  networks: readonly Network[],
  rows: readonly Row[],
): { readonly judges: ReadonlyMap<Row, readonly Network[]>; readonly isKnown: boolean } {
  const judges = new Map<Row, Network[]>();
  let isKnown = true;
  for (const network of networks) {
    const unseen = unseenBy(network, rows);
    isKnown &&= unseen.isKnown;
    for (const row of unseen.rows) judges.set(row, [...(judges.get(row) ?? []), network]);
  }
  return { judges, isKnown };
}

/**
 * The cases whose patients a model did not learn from, and did not choose its epoch by. A scan is known by its content, under any
 * name and in any cohort; names mean something only in the cohort that the model was trained in.
 *
 * @param rows - the whole catalogue, since one case tells of the others of its patient
 */
export function unseenBy<Row extends Identity>(model: Learner, rows: readonly Row[]): Unseen<Row> {
  if (model.description === null) return { rows, isKnown: false };
  const { trainCases, watchCases = [], trainScans } = model.description.training;
  const scans = new Set(trainScans?.map(({ sha256 }) => sha256));
  const patients = trainScans?.map(({ patient }) => patient) ?? [];
  const names = new Set(model.own ? [...trainCases, ...watchCases, ...patients] : []);
  const isLearned = (row: Row): boolean =>
    scans.has(row.voxels_sha256 ?? "") || names.has(row.case) || names.has(row.patient);
  const learned = new Set(rows.filter(isLearned).map(({ patient }) => patient));
  return {
    rows: rows.filter(({ patient }) => !learned.has(patient)),
    isKnown: model.own || trainScans !== undefined,
  };
}
