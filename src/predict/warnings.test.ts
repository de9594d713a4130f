import { beforeAll, describe, expect, test } from "vitest";
import { checkScan } from "../catalog/index.ts";
import { networkSpecSchema } from "../model/index.ts";
import { type CtVolume, identityAffine, type LabelVolume } from "../volume/index.ts";
import { anatomyOf } from "./anatomy.ts";
import { predictionWarnings } from "./warnings.ts";

/** 4 mm voxels in radiological order: columns to the left, rows to the back, slices upwards. */
const dims = [80, 60, 60] as const;
const affine = identityAffine.map((value, cell) =>
  cell === 0 || cell === 5 ? -4 * value : cell === 10 ? 4 * value : value,
);
const grid = { dims, affine, affineFrom: "sform" as const };

type Box = readonly [number, number, number, number, number, number];
const liverBox: Box = [15, 40, 15, 40, 15, 40];

/** A trunk of fat and muscle with lungs on top, a spine at the back, a liver on the right. */
function trunk(liver: Box = liverBox, liverHu = 100): { scan: CtVolume; mask: LabelVolume } {
  const voxels = new Int16Array(80 * 60 * 60).fill(-1000);
  const labels = new Uint8Array(voxels.length);
  const paint = ([x0, x1, y0, y1, z0, z1]: Box, hu: number, label = 0): void => {
    for (let k = z0; k < z1; k++)
      for (let j = y0; j < y1; j++)
        for (let i = x0; i < x1; i++) {
          voxels[i + 80 * (j + 60 * k)] = hu + ((i + j + k) % 3);
          labels[i + 80 * (j + 60 * k)] = label;
        }
  };
  paint([8, 72, 8, 52, 0, 60], -100);
  paint([14, 34, 14, 40, 44, 60], -850);
  paint([46, 66, 14, 40, 44, 60], -850);
  paint([36, 44, 44, 50, 0, 60], 500);
  paint(liver, liverHu, 1);
  return {
    scan: { kind: "ct", ...grid, voxels },
    mask: { kind: "labels", ...grid, voxels: labels },
  };
}

const noTraining = networkSpecSchema.shape.training.parse({});
const codesOf = (
  { scan, mask }: ReturnType<typeof trunk>,
  training: typeof noTraining = noTraining,
): string[] =>
  predictionWarnings({ scan, mask, training, judgement: checkScan(scan) }).map(({ code }) => code);

describe("of a trunk that is as it should be", () => {
  let good: ReturnType<typeof trunk>;
  beforeAll(() => {
    good = trunk();
  });

  test("nothing is said", () => {
    expect(codesOf(good)).toEqual([]);
  });

  test("the organs lie where they are", () => {
    const { liverMeanHu, liverToRightMm, bonesBehindMm, airAbove, ends } = anatomyOf(
      good.scan,
      good.mask,
    );
    expect(liverMeanHu).toBeCloseTo(101, 0);
    // The middle of columns 15 to 39 is 27, of the body's 8 to 71 39.5: 12.5 columns of 4 mm, about.
    expect(liverToRightMm).toBeGreaterThan(40);
    expect(liverToRightMm).toBeLessThan(60);
    expect(bonesBehindMm).toBeCloseTo((46.5 - 27) * 4, -1);
    expect(airAbove).toBe(1);
    expect(ends.map(({ share }) => share)).toEqual([0, 0]);
  });
});

test.each([
  ["liver-cut-off", trunk([15, 40, 15, 40, 0, 25])],
  ["liver-on-left", trunk([45, 70, 15, 40, 15, 40])],
  ["liver-volume", trunk([15, 25, 15, 25, 15, 30])],
  ["liver-not-found", { ...trunk(), mask: { ...trunk().mask, voxels: new Uint8Array(288000) } }],
] as const)("%s", (code, made) => {
  expect(codesOf(made)).toContain(code);
});

test("a scan stored upside down or front to back with a header that denies it", () => {
  const turned = (axis: 1 | 2) => {
    const { scan, mask } = trunk();
    const flip = <V extends Int16Array | Uint8Array>(voxels: V): V =>
      voxels.map((_, at) => {
        const [i, j, k] = [at % 80, Math.floor(at / 80) % 60, Math.floor(at / 4800)];
        return voxels[i + 80 * ((axis === 1 ? 59 - j : j) + 60 * (axis === 2 ? 59 - k : k))];
      }) as V;
    return {
      scan: { ...scan, voxels: flip(scan.voxels as Int16Array) },
      mask: { ...mask, voxels: flip(mask.voxels as Uint8Array) },
    };
  };
  expect(codesOf(turned(2))).toContain("upside-down");
  expect(codesOf(turned(1))).toContain("front-to-back");
});

test("another contrast phase than the training's", () => {
  const training = { liverHu: { mean: 100, sd: 12 }, phase: "portal venous" };
  expect(codesOf(trunk(), training)).toEqual([]);
  expect(codesOf(trunk(liverBox, 60), training)).toEqual(["contrast-phase"]);
});
