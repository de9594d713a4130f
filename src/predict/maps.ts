import type { Grid, LabelVolume } from "../volume/index.ts";
import { voxelCount } from "../volume/index.ts";
import type { Labelling } from "./labelling.ts";
import { lengthsOf, type Plane, placePlane, type Sweep } from "./patch-planes.ts";

/** What may be kept of each voxel besides its label. */
export interface WantedMaps {
  /** Of liver (with its tumours) and of tumour. */
  readonly probabilities?: boolean;
  /** Of the mean probabilities. */
  readonly entropy?: boolean;
  /** Share of the networks whose likeliest class is tumour. */
  readonly agreement?: boolean;
}

/** Maps by name; 0 to 255 stands for 0 to 1. Only those that were asked for. */
export interface VoxelMaps {
  readonly liver?: LabelVolume;
  readonly tumour?: LabelVolume;
  /** H = −Σ p ln p of the classes' mean probabilities, over its largest value, ln of their number. */
  readonly entropy?: LabelVolume;
  readonly agreement?: LabelVolume;
}

const [liver, tumour] = [1, 2];

/** Fills maps plane by plane, a byte a voxel: one in 255 is finer than any network is right. */
export class MapPainter {
  readonly #bytes = new Map<keyof VoxelMaps, Uint8Array>();
  readonly #to: { readonly labelling: Labelling; readonly grid: Grid; readonly sweep: Sweep };

  constructor(
    { probabilities = false, entropy = false, agreement = false }: WantedMaps,
    to: { readonly labelling: Labelling; readonly grid: Grid; readonly sweep: Sweep },
  ) {
    this.#to = to;
    const wanted = { liver: probabilities, tumour: probabilities, entropy, agreement };
    for (const name of ["liver", "tumour", "entropy", "agreement"] as const) {
      if (wanted[name]) this.#bytes.set(name, new Uint8Array(voxelCount(to.grid)));
    }
  }

  /** @param each - of every network, plane n */
  add(each: readonly Plane[], n: number): void {
    if (this.#bytes.size === 0) return;
    const { labelling, grid, sweep } = this.#to;
    const lengths = lengthsOf(grid.dims);
    const pixels = lengths[sweep.across[0]] * lengths[sweep.across[1]];
    const mean = labelling.probabilities(each);
    for (const [name, into] of this.#bytes) {
      const plane = new Uint8Array(pixels);
      if (name === "entropy") (labelling.regions ? regionEntropy : entropyOf)(mean, plane);
      else if (name === "agreement") this.#agreement(each, plane);
      else sumOf(mean, name === "liver" ? [liver, tumour] : [tumour], labelling, plane);
      placePlane(plane, { n, sweep, lengths, into });
    }
  }

  maps(): VoxelMaps {
    const { dims, affine, affineFrom } = this.#to.grid;
    return Object.fromEntries(
      [...this.#bytes].map(([name, voxels]): [string, LabelVolume] => [
        name,
        { kind: "labels", dims, affine, affineFrom, voxels },
      ]),
    );
  }

  #agreement(each: readonly Plane[], into: Uint8Array): void {
    const votes = new Float32Array(into.length);
    const labels = new Uint8Array(into.length);
    for (const plane of each) {
      this.#to.labelling.labels([plane], labels);
      for (let p = 0; p < votes.length; p++) if (labels[p] === tumour) votes[p] += 1;
    }
    for (let p = 0; p < votes.length; p++) into[p] = Math.round((votes[p] * 255) / each.length);
  }
}

function sumOf(
  mean: Plane,
  labels: readonly number[],
  labelling: Labelling,
  into: Uint8Array,
): void {
  const starts = labels.map((label) => labelling.classOf(label)).filter((place) => place >= 0);
  for (let p = 0; p < into.length; p++) {
    let sum = 0;
    for (const place of starts) sum += mean[place * into.length + p];
    into[p] = Math.min(255, Math.round(sum * 255));
  }
}

function entropyOf(mean: Plane, into: Uint8Array): void {
  const pixels = into.length;
  const most = Math.log(mean.length / pixels);
  for (let p = 0; p < pixels; p++) {
    let entropy = 0;
    for (let at = p; at < mean.length; at += pixels) entropy += surprise(mean[at]);
    into[p] = Math.min(255, Math.round((entropy / most) * 255));
  }
}

/** Of regions, each of which is there or not, the largest entropy among them. */
function regionEntropy(mean: Plane, into: Uint8Array): void {
  for (let p = 0; p < into.length; p++) {
    let most = 0;
    for (let at = p; at < mean.length; at += into.length) {
      most = Math.max(most, surprise(mean[at]) + surprise(1 - mean[at]));
    }
    into[p] = Math.min(255, Math.round((most / Math.LN2) * 255));
  }
}

/** −p ln p */
const surprise = (share: number): number => (share > 0 ? -share * Math.log(share) : 0);
