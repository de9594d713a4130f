import { HeparError } from "../core/index.ts";
import type { LabelArray } from "../volume/index.ts";
import type { SliceLabels } from "./resample.ts";

/**
 * Refuses labels that no PNG holds.
 *
 * @param file - the mask that they are from
 * @throws `labels.value` for a label below 0 or above 65535
 */
export function requirePngLabels(labels: LabelArray, file: string): void {
  if (labels instanceof Uint8Array) return;
  const wrong = labels.find((label) => label < 0 || label > 65535);
  if (wrong === undefined) return;
  throw new HeparError(
    "labels.value",
    `the mask holds the label ${wrong}; a PNG holds 0 to 65535`,
    { file, hint: "give the structures labels from 0 up, 1 liver and 2 tumour" },
  );
}

/** A slice's labels in as few bits as they need: 8, or 16 when one is above 255. */
export function pngLabels(labels: LabelArray): SliceLabels {
  if (labels instanceof Uint8Array) return labels;
  return labels.some((label) => label > 255) ? Uint16Array.from(labels) : Uint8Array.from(labels);
}
