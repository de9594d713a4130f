import { resolve } from "node:path";
import { findCases } from "../catalog/index.node.ts";
import { catalogue, loadCatalogue } from "./catalogue.node.ts";
import { convert } from "./convert.node.ts";
import { requireCohort, requireOwnFolder } from "./folder.node.ts";
import type { RunOutcome } from "./outcome.ts";
import { inCohort, type RunContext } from "./run.node.ts";
import { study } from "./study.node.ts";

/**
 * Finds the scans and masks below a folder and writes the catalogue.
 *
 * @param options.cohort - where hepar's files go: new, empty, or a cohort already
 * @throws `cohort.no-cases`, `input.missing`, `usage.argument` before anything is written;
 *   `cohort.busy`; `output.full`; `run.stopped`
 */
export async function catalogueCohort(
  options: { readonly data: string; readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome> {
  const data = resolve(options.data);
  const folder = await requireOwnFolder(options.cohort, { data });
  const found = await findCases(data);
  return inCohort({ folder, context }, (run) => catalogue(run, { data, found }));
}

/** Adds what the masks say to a cohort's catalogue, and the table of lesions. */
export async function studyCohort(
  options: { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome> {
  const folder = await requireCohort(options.cohort);
  return inCohort({ folder, context }, async (run) => study(run, await loadCatalogue(run)));
}

/** Turns a cohort's scans into images and its masks into label-exact PNGs. */
export async function convertCohort(
  options: { readonly cohort: string },
  context: RunContext,
): Promise<RunOutcome> {
  const folder = await requireCohort(options.cohort);
  return inCohort({ folder, context }, async (run) => convert(run, await loadCatalogue(run)));
}
