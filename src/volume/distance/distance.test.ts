import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Affine, Triple } from "../affine.ts";
import { boundingBox } from "../crop.ts";
import { readLabels } from "../nifti/nifti.node.ts";
import type { VoxelGrid } from "../runs.ts";
import { distanceMm } from "./distance.ts";

interface Summary {
  sum: number;
  max: number;
}
const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../../test/oracle/distance/scipy.json"), "utf8"),
) as {
  cases: (Summary & {
    dims: Triple;
    spacing: Triple;
    border: boolean;
    bits: string;
    mm?: number[];
  })[];
  lits: { file: string; depth: Summary; tumourToSurface: Summary; leastTumourToSurface: number }[];
};
const shared = resolve(import.meta.dirname, "../../../../shared/data");

const isSet = (value: number): boolean => value === 1;
const isBackground = (value: number): boolean => value === 0;

/** A grid of a spacing, of one row unless told. */
function grid(voxels: number[], dims: Triple = [voxels.length, 1, 1], spacing: Triple = [1, 1, 1]) {
  const [x, y, z] = spacing;
  const affine: Affine = [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];
  return { dims, voxels, affine };
}

describe("worked by hand", () => {
  test("a row: steps to the nearer end", () => {
    const { mm } = distanceMm(grid([0, 1, 1, 1, 1, 0, 1]), isBackground);
    expect([...mm]).toEqual([0, 1, 2, 2, 1, 0, 1]);
  });

  test("3-4-5, and each axis by its own spacing", () => {
    const voxels = new Array(5 * 5 * 1).fill(0);
    voxels[0] = 1;
    expect(distanceMm(grid(voxels, [5, 5, 1]), isSet).mm[3 + 5 * 4]).toBe(5);
    const far = distanceMm(grid(voxels, [1, 5, 5], [9, 3, 0.5]), isSet).mm;
    expect([far[1], far[5], far[1 + 5 * 4]]).toEqual([3, 0.5, Math.fround(Math.sqrt(13))]);
  });

  test("beyond the ends is nothing, or counts if that is asked for", () => {
    expect([...distanceMm(grid([1, 1, 1, 1, 0]), isBackground).mm]).toEqual([4, 3, 2, 1, 0]);
    const closed = distanceMm(grid([1, 1, 1, 1, 1], [1, 5, 1]), isBackground, { beyond: true });
    expect([...closed.mm]).toEqual([1, 1, 1, 1, 1]);
    const cube = distanceMm(grid(new Array(125).fill(1), [5, 5, 5], [2, 3, 4]), isBackground, {
      beyond: true,
    });
    expect([cube.mm[62], cube.mm[0], cube.mm[61]]).toEqual([6, 2, 4]);
  });

  test("nothing accepted: Infinity; all accepted: 0", () => {
    expect([...distanceMm(grid([1, 1, 1]), isBackground).mm]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect([...distanceMm(grid([0, 0, 0]), isBackground).mm]).toEqual([0, 0, 0]);
  });

  test("a box has the distances that the whole has there", () => {
    const { mm, box } = distanceMm(grid([1, 0, 0, 0, 0, 0, 0, 1]), isSet, {
      box: { low: [2, 0, 0], high: [5, 1, 1] },
    });
    expect([...mm]).toEqual([2, 3, 3]);
    expect(box).toEqual({ low: [2, 0, 0], high: [5, 1, 1] });
  });
});

const cases = fc.record({
  dims: fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
  ),
  spacing: fc.tuple(fc.constantFrom(1, 0.7, 2.5), fc.constantFrom(1, 0.7), fc.constantFrom(1, 5)),
  share: fc.constantFrom(0.02, 0.2, 0.6, 0.97),
  seed: fc.integer({ min: 1, max: 1 << 30 }),
  beyond: fc.boolean(),
});

/** A mask of noise, the same for the same seed. */
function noise({
  dims,
  spacing,
  share,
  seed,
}: {
  dims: Triple;
  spacing: Triple;
  share: number;
  seed: number;
}) {
  let state = seed;
  const voxels = Array.from({ length: dims[0] * dims[1] * dims[2] }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / (1 << 24) < share ? 1 : 0;
  });
  return grid(voxels, dims, spacing);
}

/** By looking at every voxel, and at those next to the grid when `beyond` counts. */
function bruteForce(
  { dims, voxels, affine }: VoxelGrid & { affine: Affine },
  beyond: boolean,
): number[] {
  const [width, height, depth] = dims;
  const set: Triple[] = [];
  for (let k = -1; k <= depth; k++) {
    for (let j = -1; j <= height; j++) {
      for (let i = -1; i <= width; i++) {
        const isWithin = i >= 0 && j >= 0 && k >= 0 && i < width && j < height && k < depth;
        if (isWithin ? voxels[i + width * (j + height * k)] === 1 : beyond) set.push([i, j, k]);
      }
    }
  }
  return Array.from({ length: width * height * depth }, (_, at) => {
    const [i, j, k] = [
      at % width,
      Math.floor(at / width) % height,
      Math.floor(at / width / height),
    ];
    let least = Number.POSITIVE_INFINITY;
    for (const [x, y, z] of set) {
      least = Math.min(
        least,
        Math.hypot((x - i) * affine[0], (y - j) * affine[5], (z - k) * affine[10]),
      );
    }
    return least;
  });
}

test("as brute force finds them, on small masks of noise", () => {
  fc.assert(
    fc.property(cases, ({ beyond, ...shape }) => {
      const mask = noise(shape);
      const expected = bruteForce(mask, beyond);
      const { mm } = distanceMm(mask, isSet, { beyond });
      for (const [at, distance] of expected.entries()) {
        if (distance === Number.POSITIVE_INFINITY) expect(mm[at]).toBe(distance);
        else expect(Math.abs(mm[at] - distance)).toBeLessThanOrEqual(3e-7 * distance);
      }
    }),
    { seed: 5, numRuns: 150 },
  );
});

test("a box has the distances that the whole has there, whatever is around it", () => {
  const corner = fc.tuple(fc.nat(8), fc.nat(8), fc.nat(8));
  fc.assert(
    fc.property(cases, corner, corner, ({ beyond, ...shape }, a, b) => {
      const mask = noise(shape);
      const within = (at: number, axis: number): number => at % mask.dims[axis];
      const low = a.map((at, axis) => Math.min(within(at, axis), within(b[axis], axis)));
      const high = a.map((at, axis) => 1 + Math.max(within(at, axis), within(b[axis], axis)));
      const box = {
        low: [low[0], low[1], low[2]] as const,
        high: [high[0], high[1], high[2]] as const,
      };
      const whole = distanceMm(mask, isSet, { beyond }).mm;
      const part = distanceMm(mask, isSet, { beyond, box }).mm;
      const [width, height] = mask.dims;
      let at = 0;
      for (let k = low[2]; k < high[2]; k++) {
        for (let j = low[1]; j < high[1]; j++) {
          for (let i = low[0]; i < high[0]; i++) {
            const expected = whole[i + width * (j + height * k)];
            if (expected === Number.POSITIVE_INFINITY) expect(part[at++]).toBe(expected);
            else expect(Math.abs(part[at++] - expected)).toBeLessThanOrEqual(2e-7 * expected);
          }
        }
      }
    }),
    { seed: 6, numRuns: 150 },
  );
});

test("refused: a spacing of 0, a box that leaves the grid, voxels that do not fill it", () => {
  const flat = grid([1, 0], [2, 1, 1], [1, 0, 1]);
  expect(() => distanceMm(flat, isSet)).toThrow(
    expect.objectContaining({ code: "geometry.singular" }),
  );
  const usage = expect.objectContaining({ code: "usage.argument" });
  const box = { low: [0, 0, 0], high: [3, 1, 1] } as const;
  expect(() => distanceMm(grid([1, 0]), isSet, { box })).toThrow(usage);
  expect(() => distanceMm(grid([1, 0], [3, 1, 1]), isSet)).toThrow(usage);
  const empty = { low: [1, 0, 0], high: [1, 1, 1] } as const;
  expect(distanceMm(grid([1, 0]), isSet, { box: empty }).mm).toHaveLength(0);
});

const summaryOf = (mm: Iterable<number>): Summary => {
  const summary = { sum: 0, max: 0 };
  for (const distance of mm) {
    summary.sum += distance;
    summary.max = Math.max(summary.max, distance);
  }
  return summary;
};

function expectNear(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(3e-7 * expected);
}

test.each(oracle.cases)(
  "as scipy: $dims of $spacing mm, border $border",
  ({ dims, spacing, border, bits, sum, max, mm }) => {
    const bytes = Buffer.from(bits, "hex");
    const count = dims[0] * dims[1] * dims[2];
    const voxels = Array.from({ length: count }, (_, n) => (bytes[n >> 3] >> (7 - (n & 7))) & 1);
    const found = distanceMm(grid(voxels, dims, spacing), isBackground, { beyond: border });
    const summary = summaryOf(found.mm);
    expectNear(summary.sum, sum);
    expectNear(summary.max, max);
    for (const [at, expected] of (mm ?? []).entries()) expectNear(found.mm[at], expected);
  },
);

test.skipIf(!existsSync(shared)).each(oracle.lits)(
  "as scipy: $file",
  async ({ file, depth, tumourToSurface, leastTumourToSurface }) => {
    const mask = await readLabels(resolve(shared, file));
    const box = boundingBox(mask, (label) => label > 0);
    if (box === undefined) throw new Error("no liver");
    const { mm } = distanceMm(mask, (label) => label === 0, { box });
    const inTumour: number[] = [];
    const [width, height] = mask.dims;
    let at = 0;
    for (let k = box.low[2]; k < box.high[2]; k++) {
      for (let j = box.low[1]; j < box.high[1]; j++) {
        for (let i = box.low[0]; i < box.high[0]; i++, at++) {
          if (mask.voxels[i + width * (j + height * k)] === 2) inTumour.push(mm[at]);
        }
      }
    }
    for (const [found, expected] of [
      [summaryOf(mm), depth],
      [summaryOf(inTumour), tumourToSurface],
    ]) {
      expectNear(found.sum, expected.sum);
      expectNear(found.max, expected.max);
    }
    expectNear(
      inTumour.reduce((least, d) => Math.min(least, d)),
      leastTumourToSurface,
    );
  },
);
