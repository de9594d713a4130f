import type { CatalogRow } from "../catalog/index.ts";
import { bodyBox, boxAround, cutBox, type SliceBox } from "./body.ts";
import { neighboursOf } from "./neighbours.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { pngLabels, requirePngLabels } from "./png-labels.ts";
import { resizeLabels } from "./resample.ts";
import { bearsLiver } from "./selection.ts";
import type { ConvertSettings } from "./settings.ts";
import type { SliceMask } from "./tensor.ts";
import { openTurned, type TurnedCase, type TurnedSlice } from "./turned-slices.node.ts";

/** A slice as its files should hold it. */
export interface ExpectedSlice {
  readonly k: number;
  readonly picture: Picture;
  /** null without a mask. */
  readonly mask: SliceMask | null;
}

/**
 * What a conversion must have written of a case, worked out once more and plainly: each slice that is
 * wanted, in the order in which they are stored. Memory is that of a slice and its neighbours, beside
 * what `openTurned` says.
 *
 * @throws as `convertCase`, but for writing
 */
export async function* expectedSlices(
  row: Pick<CatalogRow, "scan_source" | "mask_source">,
  settings: ConvertSettings,
): AsyncGenerator<ExpectedSlice> {
  const turned = await openTurned(row, settings.orientation);
  const { width, height } = turned;
  const box = settings.cropToBody ? await bodyBoxOf(turned) : { x: 0, y: 0, width, height };
  for await (const { slice, stack } of stacksOf(turned, settings)) {
    const { k } = slice;
    if (slice.labels !== null && row.mask_source !== null) {
      requirePngLabels(slice.labels, row.mask_source);
    }
    const labels = slice.labels === null ? null : pngLabels(slice.labels);
    if (k % settings.everyKth !== 0) continue;
    if (settings.liverOnly && (labels === null || !bearsLiver(labels))) continue;
    const cut = stack.map((hu) => cutBox(hu, { width, box }));
    const picture = pictureOf(cut, { width: box.width, height: box.height, settings });
    const [toWidth, toHeight] = [settings.size ?? box.width, settings.size ?? box.height];
    const resize = { width: box.width, height: box.height, toWidth, toHeight };
    const mask = labels && {
      ...{ width: toWidth, height: toHeight },
      labels: resizeLabels(cutBox(labels, { width, box }), resize),
    };
    yield { k, picture, mask };
  }
}

/** Each slice with the HU of its neighbours, of itself among them. */
async function* stacksOf(turned: TurnedCase, { neighbours }: ConvertSettings) {
  const around = { count: turned.depth, neighbours };
  let known: TurnedSlice[] = [];
  let waiting: TurnedSlice[] = [];
  for await (const slice of turned.slices()) {
    known = [...known, slice].slice(-(2 * neighbours + 1));
    waiting.push(slice);
    const still: TurnedSlice[] = [];
    for (const centre of waiting) {
      const numbers = neighboursOf(centre.k, around);
      const stack = numbers.map((k) => known.find((each) => each.k === k)?.hu);
      if (stack.every((hu) => hu !== undefined)) yield { slice: centre, stack };
      else still.push(centre);
    }
    waiting = still;
  }
}

async function bodyBoxOf(turned: TurnedCase): Promise<SliceBox> {
  const { width, height } = turned;
  let body: SliceBox | null = null;
  for await (const { hu } of turned.slices()) {
    body = boxAround(body, bodyBox(hu, { width, height }));
  }
  return body ?? { x: 0, y: 0, width, height };
}
