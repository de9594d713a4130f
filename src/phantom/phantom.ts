import { randomFrom } from "../core/index.ts";
import {
  type AxisCodes,
  type CtVolume,
  type LabelVolume,
  reorient,
  type Triple,
  voxelVolumeMm3,
} from "../volume/index.ts";
import { type Anatomy, drawAnatomy } from "./anatomy.ts";
import { drawLesionCount, drawLesions, ellipsoidMl, type Lesion, lesionOrgans } from "./lesions.ts";
import { axialGrid, type LabelledOrgan, render } from "./render.ts";

export interface PhantomOptions {
  /** Who the patient is: the same seed is the same patient, on every grid. */
  readonly seed: number | string;
  /** Columns, rows and slices as radiologists see them; default 512 × 512 × 40. */
  readonly dims?: Triple;
  /** Between columns, rows and slices, mm; default: the body's width and the liver's height fit. */
  readonly spacing?: Triple;
  /** Middle of the grid, RAS mm; default: near the middle of the body, at the liver's height. */
  readonly centre?: Triple;
  /** Directions in which the stored axes grow; default `LPS`. */
  readonly orientation?: AxisCodes;
  /** Tumours as data, or how many to draw; default: a number by chance, at least one. */
  readonly lesions?: number | readonly Lesion[];
  /** Standard deviation of the noise, HU; default: by chance, 12 to 20. */
  readonly noiseSd?: number;
}

/** A lesion with its exact answers. */
export interface LesionTruth extends Lesion {
  /** Of the ellipsoid itself, whatever the grid. */
  readonly ellipsoidMl: number;
  /** Voxels whose centre lies in it; 0 when it falls between slices or outside the scan. */
  readonly voxels: number;
  /** Those voxels' volume. */
  readonly volumeMl: number;
}

/** The exact answers about a phantom. */
export interface PhantomTruth {
  readonly seed: string;
  readonly dims: Triple;
  readonly orientation: AxisCodes;
  readonly voxelMm3: number;
  readonly noiseSdHu: number;
  /** Including its tumours. */
  readonly liver: { readonly voxels: number; readonly volumeMl: number; readonly meanHu: number };
  /** Parts that touch are one lesion; here they never do unless `lesions` was given so. */
  readonly tumour: { readonly voxels: number; readonly volumeMl: number };
  /** Largest first when drawn by chance, else as given. */
  readonly lesions: readonly LesionTruth[];
}

export interface Phantom {
  readonly scan: CtVolume;
  readonly mask: LabelVolume;
  readonly truth: PhantomTruth;
}

/**
 * A CT of an abdomen that never was, with its exact mask and answers.
 *
 * Masks come from the shapes, before noise: a voxel is tumour when its centre lies in the
 * ellipsoid. Without lesions (`lesions: 0`) the mask holds the liver alone.
 *
 * @throws `usage.argument` when the orientation is none
 */
export function makePhantom(options: PhantomOptions): Phantom {
  const random = randomFrom(options.seed);
  const anatomy = drawAnatomy(random.fork("anatomy"));
  const noiseSd = options.noiseSd ?? random.fork("noise level").between(12, 20);
  const lesions = chosenLesions(anatomy, options);
  const drawn = lesions.map((lesion) => lesionOrgans(lesion, anatomy.liver.hu));
  const organs: LabelledOrgan[] = [
    ...anatomy.behind,
    { ...anatomy.liver, label: 1 },
    ...anatomy.before,
    ...drawn.flat(),
  ];
  const grid = axialGrid(fittingGrid(anatomy, options));
  const { hu, labels, voxels } = render({ organs, noiseSd }, grid, {
    random: random.fork("scanner"),
  });
  const orientation = options.orientation ?? "LPS";
  const scan = reorient<CtVolume>({ kind: "ct", ...grid, voxels: hu }, orientation);
  const mask = reorient<LabelVolume>({ kind: "labels", ...grid, voxels: labels }, orientation);
  const voxelMm3 = voxelVolumeMm3(grid.affine);
  const toMl = (count: number): number => (count * voxelMm3) / 1000;
  const [liverVoxels, tumourVoxels] = liverAndTumourVoxels(labels);
  const truthOf = (lesion: Lesion, index: number): LesionTruth => {
    const inside = voxels[organs.indexOf(drawn[index][0])];
    return { ...lesion, ellipsoidMl: ellipsoidMl(lesion), voxels: inside, volumeMl: toMl(inside) };
  };
  return {
    scan,
    mask,
    truth: {
      seed: String(options.seed),
      dims: scan.dims,
      orientation,
      voxelMm3,
      noiseSdHu: noiseSd,
      liver: {
        voxels: liverVoxels + tumourVoxels,
        volumeMl: toMl(liverVoxels + tumourVoxels),
        meanHu: anatomy.liver.hu,
      },
      tumour: { voxels: tumourVoxels, volumeMl: toMl(tumourVoxels) },
      lesions: lesions.map(truthOf),
    },
  };
}

function chosenLesions(anatomy: Anatomy, { seed, lesions }: PhantomOptions): readonly Lesion[] {
  if (typeof lesions === "object") return lesions;
  const random = randomFrom(seed).fork("lesions");
  const count = lesions ?? drawLesionCount(random.fork("count"));
  return drawLesions(anatomy.liver.shape, { count, random: random.fork("places") });
}

/** A grid that holds the body in plane and the liver from tip to dome. */
function fittingGrid(
  anatomy: Anatomy,
  options: Pick<PhantomOptions, "seed" | "dims" | "spacing" | "centre">,
): { readonly dims: Triple; readonly spacing: Triple; readonly centre: Triple } {
  const random = randomFrom(options.seed).fork("position");
  const dims = options.dims ?? [512, 512, 40];
  const { low, high } = anatomy.liver.shape.box;
  const rounded = (mm: number): number => Math.round(mm * 1000) / 1000;
  const inPlane = rounded(
    (Math.min(0.85, Math.max(0.7, (2 * anatomy.skin[0] + 24) / 512)) * 512) / dims[0],
  );
  const between = rounded(Math.min(5, Math.max(1, (high[2] - low[2] + 16) / dims[2])));
  return {
    dims,
    spacing: options.spacing ?? [inPlane, inPlane, between],
    // Nobody lies exactly in the middle of the scanner.
    centre: options.centre ?? [
      random.between(-8, 8),
      random.between(-18, 12),
      (low[2] + high[2]) / 2 + random.between(-3, 3),
    ],
  };
}

function liverAndTumourVoxels(labels: Uint8Array): readonly [liver: number, tumour: number] {
  let liver = 0;
  let tumour = 0;
  for (let n = 0; n < labels.length; n++) {
    if (labels[n] === 1) liver++;
    else if (labels[n] === 2) tumour++;
  }
  return [liver, tumour];
}
