import {
  type ComponentRuns,
  componentRuns,
  findRuns,
  type LabelVolume,
  type Runs,
  spacingOf,
  type Triple,
} from "../../../volume/index.ts";
import { type Field, fieldOf, refined, smoothed } from "./field.ts";
import type { Body, Frame, Scene, View } from "./render.ts";
import { type Mesh, surfaceOf } from "./surface-nets.ts";

/** From where the liver is looked at, in the order in which the pictures stand. */
export const views = {
  /** The patient faces the eye: their right is on the left. */
  anterior: { right: [-1, 0, 0], up: [0, 0, 1], towards: [0, 1, 0] },
  left: { right: [0, -1, 0], up: [0, 0, 1], towards: [-1, 0, 0] },
  /** As axial slices are looked at. */
  inferior: { right: [-1, 0, 0], up: [0, 1, 0], towards: [0, 0, -1] },
} as const satisfies Record<string, View>;

export type ViewName = keyof typeof views;

/** A lesion of a scene. */
export interface PlacedLesion {
  /** 1 is the largest. */
  readonly lesion: number;
  readonly voxels: number;
  /** Mean of its surface's corners, RAS mm. */
  readonly middle: Triple;
}

export interface LiverScene extends Scene {
  readonly frame: Frame;
  /** Of the liver with its tumours. */
  readonly voxels: number;
  /** Largest first. */
  readonly lesions: readonly PlacedLesion[];
}

/** A lesion of fewer blocks is drawn in smaller ones. */
const smallBlocks = 40;

/** Blocks along the longest side of the liver: more show the mask's steps, fewer round its edges. */
const blocks = 110;

/**
 * The liver with its tumours as glass, and each lesion as a solid body; null for a mask with neither.
 * Lesions are smoothed less, and keep their volumes: every one is seen.
 *
 * @param mask - 1 liver, 2 tumour; millimetres are its affine's
 */
export function liverScene(
  mask: LabelVolume,
  colours: { readonly liver: Triple; readonly tumour: Triple },
): LiverScene | null {
  const whole = findRuns(mask, (label) => label === 1 || label === 2);
  const coarse = fieldOf(mask, whole, { stepMm: stepOf(mask, whole) });
  if (coarse === undefined) return null;
  const outer = surfaceOf(smoothed(coarse, 0.8 * longestEdge(coarse)));
  const tumour = componentRuns(mask, (label) => label === 2);
  const meshes = tumour.sizes.map((voxels, index) => ({
    voxels,
    mesh: lesionMesh(mask, runsOfComponent(tumour, index + 1)),
  }));
  const largestFirst = meshes.sort((a, b) => b.voxels - a.voxels);
  const bodies = largestFirst.map(({ mesh }): Body => ({ mesh, colour: colours.tumour }));
  const voxels = voxelsOf(whole);
  const hasLiver = tumour.sizes.reduce((sum, size) => sum + size, 0) < voxels;
  return {
    voxels,
    glassy: hasLiver ? { mesh: outer, colour: colours.liver } : null,
    solid: bodies,
    frame: frameOf([outer, ...largestFirst.map(({ mesh }) => mesh)]),
    lesions: largestFirst.map(({ voxels, mesh }, index) => ({
      lesion: index + 1,
      voxels,
      middle: middleOf(mesh),
    })),
  };
}

function voxelsOf({ from, to }: Runs): number {
  let voxels = 0;
  for (let run = 0; run < from.length; run++) voxels += to[run] - from[run];
  return voxels;
}

/** Slices further apart than blocks are long show as steps unless the blocks are smoothed as far. */
const longestEdge = ({ affine }: Field): number => Math.max(...spacingOf(affine));

/** Long enough for so many blocks along the longest side of the body's box. */
function stepOf(mask: LabelVolume, runs: Runs): number {
  const field = fieldOf(mask, runs, { stepMm: 0 });
  if (field === undefined) return 0;
  const lengths = spacingOf(field.affine).map((edge, axis) => field.dims[axis] * edge);
  return Math.max(...lengths) / blocks;
}

/** Smooth, and as large as the lesion: small ones would shrink at a level of one half. */
function lesionMesh(mask: LabelVolume, runs: Runs): Mesh {
  const field = fieldOf(mask, runs, { stepMm: stepOf(mask, runs) * 2 });
  if (field === undefined) throw new RangeError("a lesion without voxels");
  const filled = field.values.reduce((sum, value) => sum + value, 0);
  const isSmall = filled < smallBlocks;
  const soft = smoothed(isSmall ? refined(field) : field, 0.5 * longestEdge(field));
  return surfaceOf(soft, levelOf(soft, isSmall ? 27 * filled : filled));
}

/** The level above which so many blocks lie. */
function levelOf({ values }: Field, count: number): number {
  const sorted = values.filter((value) => value > 0.01).sort();
  const at = Math.max(0, sorted.length - Math.round(count));
  return ((sorted[at] ?? 1) + (sorted[Math.max(0, at - 1)] ?? 0)) / 2;
}

/** The runs of one component, in the same box. */
function runsOfComponent(runs: ComponentRuns, component: number): Runs {
  const first = new Int32Array(runs.first.length);
  const from: number[] = [];
  const to: number[] = [];
  for (let row = 0; row + 1 < runs.first.length; row++) {
    for (let run = runs.first[row]; run < runs.first[row + 1]; run++) {
      if (runs.component[run] !== component) continue;
      from.push(runs.from[run]);
      to.push(runs.to[run]);
    }
    first[row + 1] = from.length;
  }
  return { box: runs.box, first, from: Int32Array.from(from), to: Int32Array.from(to) };
}

const middleOf = ({ positions }: Mesh): Triple => {
  const sum = [0, 0, 0];
  for (let at = 0; at < positions.length; at++) sum[at % 3] += positions[at];
  const [x, y, z] = sum.map((total) => (3 * total) / positions.length);
  return [x, y, z];
};

/** A cube around all corners with a little air, seen the same from all sides. */
function frameOf(meshes: readonly Mesh[]): Frame {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { positions } of meshes) {
    for (let at = 0; at < positions.length; at++) {
      low[at % 3] = Math.min(low[at % 3], positions[at]);
      high[at % 3] = Math.max(high[at % 3], positions[at]);
    }
  }
  const [x, y, z] = low.map((value, axis) => (value + high[axis]) / 2);
  const sizeMm = 1.18 * Math.max(...low.map((value, axis) => high[axis] - value));
  return { centre: [x, y, z], sizeMm };
}

/** Where a point of the patient is seen: shares of the picture's side from its upper left corner. */
export function seenAt(
  point: Triple,
  {
    view: { right, up },
    frame: { centre, sizeMm },
  }: { readonly view: View; readonly frame: Frame },
): readonly [x: number, y: number] {
  const along = (direction: Triple): number =>
    direction.reduce((sum, part, axis) => sum + part * (point[axis] - centre[axis]), 0);
  return [0.5 + along(right) / sizeMm, 0.5 - along(up) / sizeMm];
}
