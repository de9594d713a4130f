import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { byNaturalOrder, errorCodes } from "../core/index.ts";
import { readJson, sha256OfJson, writeJson } from "../files/index.node.ts";
import { layout } from "./layout.ts";
import type { CohortRun } from "./run.node.ts";

/** Which step, or which part of it, a stamp is about. */
export interface StepName {
  /** The command's name, such as `study`: what people see. */
  readonly step: string;
  /** A part of the step, or the model it is about. */
  readonly of?: string;
}

/** What decides whether a step must be done again. */
export interface StepKey extends StepName {
  /** Raised when the step's code starts to give other results. */
  readonly version: number;
  /** What the user chose. A change is told by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const stampSchema = z.object({
  key: z.string(),
  settings: z.record(z.string(), z.unknown()),
  value: z.unknown(),
  /** Why there is no value; such a stamp is never fresh. */
  failure: z.object({ code: z.enum(errorCodes), reason: z.string() }).optional(),
});

/** What a step leaves behind: what it was done with, and its value, or why it could not be done. */
export type Stamp = z.infer<typeof stampSchema>;

/** Where a stamp lies: a step's own, or that of one of its cases. */
type Place = StepName & { readonly case?: string };

/** The stamp; undefined when there is none, or one that cannot be read: the step is then done again. */
export const readStamp = (run: CohortRun, place: Place): Promise<Stamp | undefined> =>
  readJson(pathOf(run, place), stampSchema).catch(() => undefined);

/** Makes a step, or one case of it, count as not done. */
export const removeStamp = (run: CohortRun, place: Place): Promise<void> =>
  rm(pathOf(run, place), { force: true });

/** Makes it count as done, or tells later commands why it could not be. */
export async function writeStamp(
  run: CohortRun,
  place: StepKey & { readonly case?: string },
  end: { readonly inputs: unknown } & Pick<Stamp, "value" | "failure">,
): Promise<void> {
  const { inputs, ...outcome } = end;
  const stamp: Stamp = { key: keyOf(place, inputs), settings: place.settings, ...outcome };
  await writeJson(pathOf(run, place), stamp);
}

/** Whether the stamp was written with the same inputs, settings and version, and holds a value. */
export const isFresh = (stamp: Stamp | undefined, step: StepKey, inputs: unknown): boolean =>
  stamp !== undefined && stamp.failure === undefined && stamp.key === keyOf(step, inputs);

/** The settings that are not what they were: `epochs 1 → 2`. */
export const changesSince = (stamp: Stamp, { settings }: StepKey): string[] =>
  Object.entries(settings).flatMap(([name, value]) => {
    const [before, now] = [JSON.stringify(stamp.settings[name]), JSON.stringify(value)];
    return before === now ? [] : [`${name} ${before ?? "unset"} → ${now ?? "unset"}`];
  });

/** Names of the cases that have a stamp, in natural order. */
export async function stampedCases(run: CohortRun, step: StepName): Promise<string[]> {
  const files = await readdir(join(run.folder, layout.stamps(nameOf(step)))).catch(() => []);
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => decodeURIComponent(file.slice(0, -ending.length)))
    .sort(byNaturalOrder);
}

/** The stamps of a step's cases, by case. */
export async function caseStamps(run: CohortRun, step: StepName): Promise<Map<string, Stamp>> {
  const stamps = new Map<string, Stamp>();
  for (const name of await stampedCases(run, step)) {
    const stamp = await readStamp(run, { ...step, case: name });
    if (stamp !== undefined) stamps.set(name, stamp);
  }
  return stamps;
}

/**
 * A hash that changes when anything does that a step's cases were made from, or the way how.
 *
 * @param of.cases - only these; default: all
 */
export async function provenanceOf(
  run: CohortRun,
  of: StepName & { readonly cases?: readonly string[] },
): Promise<string> {
  const stamps = [...(await caseStamps(run, of))];
  const wanted = stamps.filter(([name]) => of.cases?.includes(name) ?? true);
  return sha256OfJson(wanted.map(([name, { key, failure = null }]) => [name, key, failure]));
}

const ending = ".json";

const keyOf = ({ step, version, settings }: StepKey, inputs: unknown): string =>
  sha256OfJson({ step, version, settings, inputs });

const nameOf = ({ step, of }: StepName): string => (of === undefined ? step : `${step}-${of}`);

const pathOf = (run: CohortRun, place: Place): string =>
  place.case === undefined
    ? join(run.folder, layout.stamp(nameOf(place)))
    : join(run.folder, layout.stamps(nameOf(place)), encodeURIComponent(place.case) + ending);
