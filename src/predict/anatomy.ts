import {
  applyAffine,
  type CtVolume,
  gridOfShape,
  type LabelVolume,
  reorientGrid,
  resample,
  spacingIsKnown,
  type Triple,
} from "../volume/index.ts";

/** Where a predicted liver lies among what any CT shows. */
export interface Anatomy {
  /** At the scan's ends along the patient: which, and the liver's section there over its largest. */
  readonly ends: readonly { readonly side: "top" | "bottom"; readonly share: number }[];
  /** Of the liver without its tumours; null where there is none. */
  readonly liverMeanHu: number | null;
  /** From the body's middle to the liver's, to the patient's right; null where no body was found. */
  readonly liverToRightMm: number | null;
  /** From the liver's middle to that of all bones, backwards; null with hardly any bone. */
  readonly bonesBehindMm: number | null;
  /** Of the air within the body the share above the liver's middle; null with hardly any. */
  readonly airAbove: number | null;
}

/** What a body consists of, in HU: air and lung, soft tissue, bone. */
const [lung, tissue, bone] = [-700, -200, 250];
/** So many voxels a side tell where organs lie, and cost nothing. */
const most = 128;
/** Coarse voxels of bone or air of which fewer say nothing. */
const fewest = 50;

/** @param mask - with a voxel of liver at least, on the scan's grid */
export function anatomyOf(scan: CtVolume, mask: LabelVolume): Anatomy {
  const onto = coarseGrid(scan);
  const hu = resample(scan, onto, { voxels: "float32" });
  const liver = resample(mask, onto);
  const { voxels } = liver;
  const isLiver = (at: number): boolean => voxels[at] === 1 || voxels[at] === 2;
  const known = spacingIsKnown(scan);
  const organ = middleOfVoxels(hu, isLiver);
  const body = middleOfVoxels(hu, (at) => hu.voxels[at] > tissue && hu.voxels[at] < bone);
  const bones = middleOfVoxels(hu, (at) => hu.voxels[at] >= bone);
  return {
    ends: endSections(liver, isLiver),
    liverMeanHu: meanOf(hu, (at) => voxels[at] === 1),
    liverToRightMm: known && organ && body ? organ.mm[0] - body.mm[0] : null,
    bonesBehindMm:
      known && organ && bones && bones.voxels >= fewest ? organ.mm[1] - bones.mm[1] : null,
    airAbove: organ === null ? null : airAbove(hu, organ.index[2]),
  };
}

/** The scan's box in radiological order, few voxels. */
function coarseGrid(scan: CtVolume) {
  const grid = reorientGrid(scan, "LPS");
  const [width, height, depth] = grid.dims.map((length) => Math.min(length, most));
  return gridOfShape(grid, [width, height, depth]);
}

interface Middle {
  readonly voxels: number;
  readonly index: Triple;
  /** RAS. */
  readonly mm: Triple;
}

function middleOfVoxels({ dims, affine }: CtVolume, holds: (at: number) => boolean): Middle | null {
  const [width, height, depth] = dims;
  const sums: [number, number, number] = [0, 0, 0];
  let voxels = 0;
  let at = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, at++) {
        if (!holds(at)) continue;
        voxels++;
        sums[0] += i;
        sums[1] += j;
        sums[2] += k;
      }
    }
  }
  if (voxels === 0) return null;
  const index: Triple = [sums[0] / voxels, sums[1] / voxels, sums[2] / voxels];
  return { voxels, index, mm: applyAffine(affine, index) };
}

function meanOf({ voxels }: CtVolume, holds: (at: number) => boolean): number | null {
  let [sum, count] = [0, 0];
  for (let at = 0; at < voxels.length; at++) {
    if (!holds(at)) continue;
    sum += voxels[at];
    count++;
  }
  return count === 0 ? null : sum / count;
}

function endSections(
  { dims: [width, height, depth] }: LabelVolume,
  isLiver: (at: number) => boolean,
): Anatomy["ends"] {
  const size = width * height;
  const sections = Array.from({ length: depth }, (_, k) => {
    let count = 0;
    for (let at = k * size; at < (k + 1) * size; at++) if (isLiver(at)) count++;
    return count;
  });
  const largest = Math.max(1, ...sections);
  return [
    { side: "bottom", share: sections[0] / largest },
    { side: "top", share: sections[depth - 1] / largest },
  ];
}

/** Air that has tissue on both sides in its row: lungs and bowel, not what is around the patient. */
function airAbove({ dims, voxels }: CtVolume, middle: number): number | null {
  const [width, height, depth] = dims;
  let [above, below] = [0, 0];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = voxels.subarray(width * (j + height * k), width * (j + 1 + height * k));
      const air = airWithin(row);
      if (k > middle) above += air;
      else below += air;
    }
  }
  return above + below < fewest ? null : above / (above + below);
}

function airWithin(row: CtVolume["voxels"]): number {
  const isTissue = (hu: number): boolean => hu > tissue;
  const [first, last] = [row.findIndex(isTissue), row.findLastIndex(isTissue)];
  let air = 0;
  for (let i = first + 1; i < last; i++) if (row[i] < lung) air++;
  return air;
}
