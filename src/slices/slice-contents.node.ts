import type { CtVolume } from "../volume/index.ts";
import { cutBox, type SliceBox } from "./body.ts";
import { type CaseFiles, type CaseSlice, caseSlices } from "./case-slices.node.ts";
import { neighboursOf } from "./neighbours.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { pngLabels } from "./png-labels.ts";
import { resizeLabels } from "./resample.ts";
import { bearsLiver } from "./selection.ts";
import type { ConvertSettings } from "./settings.ts";
import type { SliceMask } from "./tensor.ts";

/** What a slice's files must hold. */
export interface SliceContent {
  readonly k: number;
  readonly picture: Picture;
  /** null without a mask. */
  readonly mask: SliceMask | null;
}

/** Some slices of a case, and what is made of them. Plain data. */
export interface SlicePart {
  readonly files: CaseFiles;
  readonly settings: ConvertSettings;
  /** What each slice is cut to. */
  readonly box: SliceBox;
  /** The slices from `from` up to `to`, without it. */
  readonly from: number;
  readonly to: number;
}

/**
 * What the files of those slices of a part must hold that the settings choose, one after the other:
 * in the memory of a slice and its neighbours (see `caseSlices`).
 *
 * @throws as `caseSlices`
 */
export async function* sliceContents(part: SlicePart): AsyncGenerator<SliceContent> {
  const { files, settings } = part;
  for await (const { slice, stack } of withNeighbours(part)) {
    const { k, labels } = slice;
    if (settings.liverOnly && (labels === null || !bearsLiver(pngLabels(labels)))) continue;
    yield { k, picture: picture(part, stack), mask: mask(part, slice) };
  }

  function picture({ box }: SlicePart, stack: readonly CtVolume["voxels"][]): Picture {
    const [width] = files.turned.dims;
    const cut = stack.map((hu) => cutBox(hu, { width, box }));
    return pictureOf(cut, { width: box.width, height: box.height, settings });
  }

  function mask({ box }: SlicePart, { labels }: CaseSlice): SliceMask | null {
    if (labels === null) return null;
    const { width, height } = box;
    const { size } = settings;
    const cut = cutBox(pngLabels(labels), { width: files.turned.dims[0], box });
    if (size === null) return { width, height, labels: cut };
    const resize = { width, height, toWidth: size, toHeight: size };
    return { width: size, height: size, labels: resizeLabels(cut, resize) };
  }
}

interface StackedSlice {
  readonly slice: CaseSlice;
  /** HU of the slices below, of the slice and of those above. */
  readonly stack: readonly CtVolume["voxels"][];
}

/** Every k-th slice of a part with its neighbours, each slice read once, whichever end comes first. */
async function* withNeighbours(part: SlicePart): AsyncGenerator<StackedSlice> {
  const { files, settings, from, to } = part;
  const { neighbours, everyKth } = settings;
  const depth = files.turned.dims[2];
  const range = { from: Math.max(0, from - neighbours), to: Math.min(depth, to + neighbours) };
  const waiting = new Set<number>();
  for (let k = from; k < to; k++) if (k % everyKth === 0) waiting.add(k);
  const known = new Map<number, CaseSlice>();
  for await (const slice of caseSlices(files, range)) {
    known.set(slice.k, slice);
    for (let k = slice.k - neighbours; k <= slice.k + neighbours; k++) {
      const centre = known.get(k);
      if (centre === undefined || !waiting.has(k)) continue;
      const around = neighboursOf(k, { count: depth, neighbours }).map((at) => known.get(at));
      const stack = around.flatMap((each) => (each === undefined ? [] : [each.hu]));
      if (stack.length < around.length) continue;
      waiting.delete(k);
      yield { slice: centre, stack };
    }
    // Two windows' worth: what lies further from the newest slice is nobody's neighbour any more.
    for (const k of known.keys()) {
      if (Math.abs(k - slice.k) >= 2 * neighbours) known.delete(k);
    }
  }
}
