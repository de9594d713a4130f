import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { axialDiameters, longestDiameter } from "../../../src/study/diameters.ts";
import { HuHistogram, type HuStatistics } from "../../../src/study/hu-histogram.ts";
import { chordLength, convexHull, longestChords } from "../../../src/study/hull.ts";
import { measureMask, measureScan } from "../../../src/study/measure.ts";
import { measureMesh } from "../../../src/study/mesh.ts";
import { sectionHulls } from "../../../src/study/outline.ts";
import { readCt, readLabels } from "../../../src/volume/index.node.ts";
import type { CtVolume, LabelVolume, Triple } from "../../../src/volume/index.ts";
import { readNrrd } from "./nrrd.ts";

/**
 * @file What others published for the same masks: pyradiomics' own baselines, and the values on which
 * the Image Biomarker Standardisation Initiative agreed. See README.md.
 */

const data = resolve(import.meta.dirname, "../../../../shared/data");
const pyradiomics = join(data, "radiomics/pyradiomics");
const ibsi = join(data, "radiomics/ibsi");

/** Everything that is 1 in a mask, in a box that is one voxel wider on each side. */
function whole({ dims: [width, height, depth], voxels, ...mask }: LabelVolume) {
  const dims: Triple = [width + 2, height + 2, depth + 2];
  const padded = new Uint8Array(dims[0] * dims[1] * dims[2]);
  for (let row = 0; row < height * depth; row++) {
    const to = 1 + dims[0] * (1 + (row % height) + dims[1] * (1 + Math.floor(row / height)));
    padded.set(voxels.subarray(row * width, (row + 1) * width), to);
  }
  return { ...mask, dims, voxels: padded };
}

/** One column of a table of features by name. */
function published(table: string, column: string): (feature: string) => number {
  const rows = readFileSync(join(pyradiomics, "baseline", table), "utf8")
    .split(/\r?\n/)
    .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  const at = rows[0].indexOf(column);
  const values = new Map(rows.map((row) => [row[0], Number(row[at])]));
  return (feature) => values.get(feature) ?? Number.NaN;
}

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe.skipIf(!existsSync(pyradiomics))("pyradiomics' baselines", () => {
  test.each([
    ["breast1", 1e-10],
    ["lung1", 1e-10],
    // Voxels that meet in an edge only: pyradiomics joins some and parts others, we part all.
    ["brain1", 3e-3],
  ])("%s: surface, enclosed volume, sphericity", (name, tolerance) => {
    const of = published("baseline_shape.csv", name);
    const body = whole(readNrrd(join(pyradiomics, `${name}_label.nrrd`)));
    const { areaMm2, volumeMm3, sphericity } = measureMesh(body, body.affine);
    expect(relative(areaMm2, of("original_shape_SurfaceArea"))).toBeLessThan(tolerance);
    expect(relative(volumeMm3, of("original_shape_MeshVolume"))).toBeLessThan(tolerance);
    expect(relative(sphericity, of("original_shape_Sphericity"))).toBeLessThan(tolerance);
  });

  test.each(["breast1", "lung1", "brain1"])(
    "%s: volume of the voxels, longest diameter",
    (name) => {
      const of = published("baseline_shape.csv", name);
      const mask = readNrrd(join(pyradiomics, `${name}_label.nrrd`));
      const { liverMl } = measureMask(mask, { spacingKnown: true });
      expect(relative((liverMl ?? 0) * 1000, of("original_shape_VoxelVolume"))).toBeLessThan(1e-10);
      const { lengthMm } = longestDiameter(whole(mask), "boundaries");
      expect(relative(lengthMm, of("original_shape_Maximum3DDiameter"))).toBeLessThan(1e-10);
    },
  );

  test.each([
    ["breast1", 9],
    ["lung1", 33],
    ["brain1", 16],
  ])("%s: longest diameter in slice %i", (name, slice) => {
    const of = published("baseline_shape2D.csv", `${name}_shape2D`);
    const { affine, ...body } = whole(readNrrd(join(pyradiomics, `${name}_label.nrrd`)));
    const hull = sectionHulls(body, "boundaries")[slice + 1];
    const inMm = hull.map(([i, j]) => [i * affine[0], j * affine[5]] as const);
    const length = chordLength(longestChords(inMm)[0]);
    expect(relative(length, of("original_shape2D_MaximumDiameter"))).toBeLessThan(1e-10);
  });

  test.each(["breast1", "lung1", "brain1"])(
    "%s: Maximum2DDiameterSlice also looks between slices, we only on them",
    (name) => {
      const of = published("baseline_shape.csv", name);
      const body = whole(readNrrd(join(pyradiomics, `${name}_label.nrrd`)));
      const theirs = of("original_shape_Maximum2DDiameterSlice");
      const ours = axialDiameters(body, "boundaries").longest.lengthMm;
      expect(ours).toBeLessThanOrEqual(theirs * (1 + 1e-10));
      // pyradiomics takes the mesh's corners plane by plane, and half way between two slices it has
      // one wherever only one of them is in the body.
      const { affine, dims, voxels } = body;
      const size = dims[0] * dims[1];
      const between = Array.from({ length: dims[2] - 1 }, (_, k) => {
        const ends = Array.from({ length: size }, (_, n) => n).filter(
          (n) => voxels[k * size + n] !== voxels[(k + 1) * size + n],
        );
        const hull = convexHull(ends.map((n) => [n % dims[0], Math.floor(n / dims[0])]));
        if (hull.length === 0) return 0;
        const inMm = hull.map(([i, j]) => [i * affine[0], j * affine[5]] as const);
        return chordLength(longestChords(inMm)[0]);
      });
      expect(relative(Math.max(ours, ...between), theirs)).toBeLessThan(1e-10);
    },
  );

  test("breast1: intensities", () => {
    const of = published("baseline_firstorder.csv", "breast1");
    const { intensities } = readNrrd(join(pyradiomics, "breast1_image.nrrd"));
    const { voxels } = readNrrd(join(pyradiomics, "breast1_label.nrrd"));
    const hu = statisticsOf(intensities.filter((_, at) => voxels[at] === 1));
    const feature = (name: string): number => of(`original_firstorder_${name}`);
    expect(hu.meanHu).toBeCloseTo(feature("Mean"), 10);
    expect(hu.sdHu ** 2).toBeCloseTo(feature("Variance"), 9);
    expect(hu.p10Hu).toBeCloseTo(feature("10Percentile"), 10);
    expect(hu.medianHu).toBe(feature("Median"));
    expect(hu.p90Hu).toBeCloseTo(feature("90Percentile"), 10);
    expect(hu.p75Hu - hu.p25Hu).toBeCloseTo(feature("InterquartileRange"), 10);
    expect([hu.minHu, hu.maxHu]).toEqual([feature("Minimum"), feature("Maximum")]);
  });
});

function statisticsOf(values: Int16Array | Float32Array): HuStatistics {
  const histogram = new HuHistogram({ fractions: values instanceof Float32Array });
  histogram.add(values);
  const statistics = histogram.statistics();
  if (statistics === null) throw new Error("no values");
  return statistics;
}

describe.skipIf(!existsSync(ibsi))("IBSI's consensus values", () => {
  const load = async (phantom: string): Promise<{ scan: CtVolume; mask: LabelVolume }> => {
    const folder = join(ibsi, phantom, "nifti");
    const { scan } = await readCt(join(folder, "image/phantom.nii.gz"));
    return { scan, mask: await readLabels(join(folder, "mask/mask.nii.gz")) };
  };

  /** Each feature of ours within the tolerance that the consensus states. */
  function expectConsensus(table: string, ours: Readonly<Record<string, number>>): void {
    const rows = readFileSync(join(ibsi, table), "utf8").split(/\r?\n/);
    for (const [tag, value] of Object.entries(ours)) {
      const row = rows.find((line) => line.split(";")[2] === tag)?.split(";");
      if (row === undefined) throw new Error(`no ${tag} in ${table}`);
      const [expected, tolerance] = [Number(row[0]), Number(row[1])];
      // Values are printed with three digits or so: half of the last one is theirs, not ours.
      const decimals = /\.(\d+)/.exec(row[0])?.[1].length ?? 0;
      const printed = decimals > 0 ? 0.5 * 10 ** -decimals : 0.5;
      expect(Math.abs(value - expected), tag).toBeLessThanOrEqual(tolerance + printed);
    }
  }

  const shapeOf = (mask: LabelVolume): Record<string, number> => {
    const body = whole(mask);
    const { areaMm2, volumeMm3, sphericity } = measureMesh(body, body.affine);
    const { liverMl } = measureMask(mask, { spacingKnown: true });
    return {
      morph_volume: volumeMm3,
      morph_vol_approx: (liverMl ?? 0) * 1000,
      morph_area_mesh: areaMm2,
      morph_sphericity: sphericity,
      morph_diam: longestDiameter(body, "boundaries").lengthMm,
    };
  };

  const statisticalOf = (hu: HuStatistics): Record<string, number> => ({
    stat_mean: hu.meanHu,
    stat_var: hu.sdHu ** 2,
    stat_median: hu.medianHu,
    stat_min: hu.minHu,
    stat_p10: hu.p10Hu,
    stat_p90: hu.p90Hu,
    stat_max: hu.maxHu,
    stat_iqr: hu.p75Hu - hu.p25Hu,
  });

  test("digital phantom", async () => {
    const { scan, mask } = await load("ibsi_1_digital_phantom");
    const { liverHu } = measureScan(scan, { mask, spacingKnown: true });
    if (liverHu === null) throw new Error("the mask is empty");
    expectConsensus("ibsi_1_dig_phantom.csv", { ...shapeOf(mask), ...statisticalOf(liverHu) });
  });

  test("CT phantom, configuration A", async () => {
    const { scan, mask } = await load("ibsi_1_ct_radiomics_phantom");
    // Intensities count from −500 to 400 HU only; the shape is that of the whole mask.
    const counted = scan.voxels.filter(
      (value, at) => mask.voxels[at] === 1 && value >= -500 && value <= 400,
    );
    expectConsensus("ibsi_1_chest_config_a.csv", {
      ...shapeOf(mask),
      ...statisticalOf(statisticsOf(counted)),
    });
  });
});

const totalSegmentator = join(data, "nifti/totalseg");

test.skipIf(!existsSync(totalSegmentator))("TotalSegmentator's liver", async () => {
  const { scan } = await readCt(join(totalSegmentator, "example_ct_sm.nii.gz"));
  const mask = await readLabels(join(totalSegmentator, "example_seg_fast-liver.nii.gz"));
  const { liverMl, liverHu } = measureScan(scan, { mask, spacingKnown: true });
  const { liver } = JSON.parse(
    readFileSync(join(totalSegmentator, "example_seg_fast-statistics.json"), "utf8"),
  ) as { liver: { volume: number; intensity: number } };
  expect(liver.volume).toBe(1_062_450);
  expect(liverMl).toBeCloseTo(liver.volume / 1000, 6);
  expect(liverHu?.meanHu).toBeCloseTo(liver.intensity, 4);
});
