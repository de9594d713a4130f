import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";

import { describe, expect, test } from "vitest";
import { type Affine, applyAffine, type Triple } from "../affine.ts";

import { reorient, reorientGrid } from "../orientation.ts";
import { type CtVolume, type Grid, type LabelVolume, voxelCount } from "../volume.ts";
import { gridAtSpacing } from "./grid.ts";
import { type CtResampling, resample, resampleSlabs } from "./resample.ts";

interface Case {
  readonly name: string;
  readonly source: Affine;
  readonly affine: Affine;
  readonly dims: Triple;
  readonly linear: readonly number[];
  readonly cubic: readonly number[];
  readonly labels: readonly number[];
  readonly linearAntialias?: readonly number[];
  readonly cubicAntialias?: readonly number[];
}
const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../../test/oracle/resample/resample.json"), "utf8"),
) as {
  readonly dims: Triple;
  readonly scan: readonly number[];
  readonly mask: readonly number[];
  readonly cases: readonly Case[];
};

const scanOn = (affine: Affine): CtVolume => ({
  kind: "ct",
  dims: oracle.dims,
  affine,
  affineFrom: "sform",
  voxels: Int16Array.from(oracle.scan),
});
const maskOn = (affine: Affine): LabelVolume => ({
  kind: "labels",
  dims: oracle.dims,
  affine,
  affineFrom: "sform",
  voxels: Uint8Array.from(oracle.mask),
});
const gridOf = ({ affine, dims }: Pick<Case, "affine" | "dims">): Grid => ({
  affine,
  dims,
  affineFrom: "sform",
});

function largestDifference(got: ArrayLike<number>, expected: readonly number[]): number {
  expect(got.length).toBe(expected.length);
  return Math.max(...expected.map((value, n) => Math.abs(got[n] - value)));
}

describe.each(oracle.cases.map((each) => [each.name, each] as const))(
  "onto a grid: %s",
  (_, each) => {
    const onto = gridOf(each);
    const float = (options: CtResampling): Float32Array =>
      Float32Array.from(
        resample(scanOn(each.source), onto, { ...options, voxels: "float32" }).voxels,
      );

    test.each(["linear", "cubic"] as const)("%s, as SimpleITK and scipy", (interpolation) => {
      // Of values to 1000 HU in float32.
      expect(largestDifference(float({ interpolation }), each[interpolation])).toBeLessThan(1e-3);
    });

    test("whole HU are those rounded", () => {
      const rounded = resample(scanOn(each.source), onto).voxels;
      expect(rounded).toBeInstanceOf(Int16Array);
      expect(largestDifference(rounded, each.linear)).toBeLessThanOrEqual(0.5001);
    });

    test("labels, as SimpleITK", () => {
      const labels = resample(maskOn(each.source), onto).voxels;
      expect(labels).toBeInstanceOf(Uint8Array);
      expect([...labels]).toEqual(each.labels);
    });

    test("slabs of any thickness are the whole", () => {
      for (const slices of [1, 3, 100]) {
        const whole = resample(scanOn(each.source), onto, { interpolation: "cubic" });
        const slabs = [
          ...resampleSlabs(scanOn(each.source), onto, { interpolation: "cubic", slices }),
        ];
        expect(slabs.flatMap(({ voxels }) => [...voxels])).toEqual([...whole.voxels]);
        const [last] = slabs.slice(-1);
        const k = whole.dims[2] - last.dims[2];
        const [place, expected] = [
          applyAffine(last.affine, [1, 2, 0]),
          applyAffine(onto.affine, [1, 2, k]),
        ];
        place.forEach((value, axis) => {
          expect(value).toBeCloseTo(expected[axis], 10);
        });
        const labels = [...resampleSlabs(maskOn(each.source), onto, { slices })];
        expect(labels.flatMap(({ voxels }) => [...voxels])).toEqual(each.labels);
      }
    });
  },
);

const antialiased = oracle.cases.filter(({ linearAntialias }) => linearAntialias !== undefined);
test.each(antialiased)("antialiased onto a grid: $name, as scipy", (each) => {
  const { linearAntialias = [], cubicAntialias = [] } = each;
  for (const [interpolation, expected] of [
    ["linear", linearAntialias],
    ["cubic", cubicAntialias],
  ] as const) {
    const options = { interpolation, antialias: true, voxels: "float32" } as const;
    const { voxels } = resample(scanOn(each.source), gridOf(each), options);
    expect(largestDifference(voxels, expected)).toBeLessThan(1e-3);
  }
});

/** A grid of 1 mm voxels in a row along i. */
const line = (length: number, { spacing = 1, from = 0 } = {}): Grid => ({
  dims: [length, 1, 1],
  affine: [spacing, 0, 0, from, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  affineFrom: "sform",
});
const ramp = (values: readonly number[]): CtVolume => ({
  ...line(values.length),
  kind: "ct",
  voxels: Int16Array.from(values),
});

describe("worked by hand", () => {
  test("linear at quarters, its ends go on for half a voxel, then −1024", () => {
    const onto = line(9, { spacing: 0.5, from: -0.75 });
    const { voxels } = resample(ramp([0, 100, 300]), onto);
    // Centres at −0.75, −0.25, 0.25, … 3.25; the box ends at −0.5 and 2.5.
    expect([...voxels]).toEqual([-1024, 0, 25, 75, 150, 250, 300, -1024, -1024]);
    expect(resample(ramp([0, 100, 300]), onto, { outside: 7 }).voxels[0]).toBe(7);
  });

  test("halves of a HU round up", () => {
    const onto = line(2, { from: 0.5 });
    expect([...resample(ramp([0, 1, 0]), onto).voxels]).toEqual([1, 1]);
    expect([...resample(ramp([0, -1, 0]), onto).voxels]).toEqual([0, 0]);
    expect([...resample(ramp([0, 1, 0]), onto, { voxels: "float32" }).voxels]).toEqual([0.5, 0.5]);
  });

  test("cubic overshoots beside an edge, and Int16 holds at its ends", () => {
    const edge = ramp([0, 0, 0, 0, 32767, 32767, 32767, 32767]);
    const onto = line(8, { from: 0.5 });
    const { voxels } = resample(edge, onto, { interpolation: "cubic" });
    expect(voxels[4]).toBe(32767);
    expect(voxels[2]).toBeLessThan(-1000);
  });

  test("a label on the border of two voxels is that of higher index, rounding or not", () => {
    const mask: LabelVolume = {
      ...line(6),
      kind: "labels",
      voxels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    };
    // Centres at 0.5, 2.5, 4.5: each on a border.
    const onto = gridAtSpacing(mask, [2, 1, 1]);
    expect([...resample(mask, onto).voxels]).toEqual([2, 4, 6]);
    for (const noise of [1e-9, -1e-9]) {
      const near = line(3, { spacing: 2, from: 0.5 + noise });
      expect([...resample(mask, near).voxels]).toEqual([2, 4, 6]);
    }
    const oblique: Grid = { ...onto, affine: onto.affine.map((v, n) => (n === 4 ? 0.001 : v)) };
    expect([...resample(mask, oblique).voxels]).toEqual([2, 4, 6]);
  });

  test("antialiased, a new voxel shows a mean: alternate voxels become grey", () => {
    const stripes = ramp(Array.from({ length: 64 }, (_, n) => (n % 2) * 1000));
    const onto = gridAtSpacing(stripes, [8, 1, 1]);
    const { voxels } = resample(stripes, onto, { antialias: true });
    for (const value of voxels.subarray(2, 6)) expect(value).toBe(500);
  });
});

test("what does not fit the type is refused", () => {
  const mask: LabelVolume = { ...line(2), kind: "labels", voxels: Uint8Array.of(1, 2) };
  expect(() => resample(mask, mask, { outside: 300 })).toThrowError(
    expect.objectContaining({
      code: "usage.argument",
      message: "outside: 300 does not fit the volume's type",
    }),
  );
  expect(() => resample(ramp([1]), line(1), { outside: 1e6 })).toThrow("does not fit");
  expect(() => [...resampleSlabs(ramp([1]), line(1), { slices: 0 })]).toThrow("no slabs of 0");
  const flat: Grid = { ...line(1), affine: [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
  expect(() => resample({ ...flat, kind: "ct", voxels: new Int16Array(1) }, line(1))).toThrowError(
    expect.objectContaining({ code: "geometry.singular" }),
  );
});

describe("in any orientation, at any angle", () => {
  const affines = fc.constantFrom(...oracle.cases.flatMap((each) => [each.source, each.affine]));
  const interpolations = fc.constantFrom<CtResampling>(
    { interpolation: "linear" },
    { interpolation: "cubic" },
  );

  test("onto its own grid, a volume is itself bit by bit", () => {
    const bits = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 24,
      maxLength: 24,
    });
    fc.assert(
      fc.property(affines, bits, interpolations, (affine, values, options) => {
        const grid: Grid = { dims: [2, 3, 4], affine, affineFrom: "sform" };
        const voxels = Float32Array.from(values);
        const scan: CtVolume = { ...grid, kind: "ct", voxels };
        expect(resample(scan, grid, options).voxels).toEqual(voxels);
        const mask: LabelVolume = { ...grid, kind: "labels", voxels: Int32Array.from(values) };
        expect(resample(mask, grid).voxels).toEqual(mask.voxels);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test("onto its own grid reoriented, it is what reorient gives", () => {
    for (const { source } of oracle.cases.slice(0, 7)) {
      for (const codes of ["LPS", "RAI", "SPL"]) {
        const mask = maskOn(source);
        const onto = reorientGrid(mask, codes);
        expect(resample(mask, onto).voxels).toEqual(reorient(mask, codes).voxels);
        const scan = scanOn(source);
        expect(resample(scan, onto).voxels).toEqual(reorient(scan, codes).voxels);
      }
    }
  });

  test("a function that is linear in the patient is kept: linear everywhere, cubic but for the ends", () => {
    const hu = ([x, y, z]: Triple): number => 3 * x - 2 * y + 5 * z;
    fc.assert(
      fc.property(affines, affines, interpolations, (affine, other, options) => {
        const scan = filled({ dims: [40, 40, 40], affine, affineFrom: "sform" }, hu);
        // 3 × 3 × 3 voxels from the scan's centre on, as the other affine has them.
        const centre = applyAffine(affine, [19.5, 19.5, 19.5]);
        const placed = other.map((value, n) =>
          n % 4 === 3 && n < 12 ? centre[(n - 3) / 4] : value,
        );
        const onto: Grid = { dims: [3, 3, 3], affine: placed, affineFrom: "sform" };
        const { voxels } = resample(scan, onto, options);
        const expected = filled(onto, hu).voxels;
        expect(largestDifference(voxels, [...expected])).toBeLessThan(5e-3);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test("labels stay in the set of labels; a scan may be turned before or after", () => {
    const spacing = fc.double({ min: 0.3, max: 4, noNaN: true });
    const codes = fc.constantFrom("LPS", "RAI", "SPL", "ILA");
    fc.assert(
      fc.property(
        ...[affines, fc.tuple(spacing, spacing, spacing), codes, interpolations],
        (affine, [a, b, c], turn, options) => {
          const onto = gridAtSpacing(maskOn(affine), [a, b, c]);
          const labels = new Set(resample(maskOn(affine), onto).voxels);
          for (const label of labels) expect([0, 1, 2, 3]).toContain(label);
          const float = { ...options, voxels: "float32" } as const;
          const after = reorient(resample(scanOn(affine), onto, float), turn);
          const before = resample(reorient(scanOn(affine), turn), reorientGrid(onto, turn), float);
          expect(largestDifference(before.voxels, [...after.voxels])).toBeLessThan(2e-3);
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });
});

test("a single slice is as thick as its voxels, and goes on unchanged", () => {
  const slice: CtVolume = { ...ramp([10, 20, 40, 30, 20]), dims: [5, 1, 1] };
  for (const interpolation of ["linear", "cubic"] as const) {
    for (const tilt of [0, 1e-3]) {
      const onto: Grid = {
        dims: [5, 1, 6],
        affine: [1, 0, tilt, 0, 0, 1, 0, 0, 0, 0, 0.3, -0.75, 0, 0, 0, 1],
        affineFrom: "sform",
      };
      const { voxels } = resample(slice, onto, { interpolation, voxels: "float32" });
      // Slices at −0.75, −0.45, −0.15, 0.15, 0.45, 0.75 of one that reaches from −0.5 to 0.5.
      for (const k of [0, 5]) expect(voxels[5 * k]).toBe(-1024);
      for (const k of [1, 2, 3, 4]) expect(voxels[5 * k + 1]).toBeCloseTo(20, 0);
    }
  }
});

function filled(grid: Grid, hu: (place: Triple) => number): CtVolume {
  const [width, height] = grid.dims;
  const voxels = Float32Array.from({ length: voxelCount(grid) }, (_, n) => {
    const k = Math.floor(n / (width * height));
    return hu(applyAffine(grid.affine, [n % width, Math.floor(n / width) % height, k]));
  });
  return { ...grid, kind: "ct", voxels };
}
