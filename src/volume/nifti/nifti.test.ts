import { describe, expect, test } from "vitest";
import { identityAffine } from "../affine.ts";
import type { Grid } from "../volume.ts";
import { geometryOf } from "./affine.ts";
import type { NiftiHeader } from "./header.ts";
import { toCtVolume, toLabelVolume } from "./nifti.ts";
import type { ScalarType } from "./types.ts";

const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** A row of voxels as a file would hold them. */
function stored(
  type: keyof typeof arrays,
  values: readonly number[],
  change: Partial<NiftiHeader> = {},
): [NiftiHeader, Uint8Array] {
  const array = arrays[type].from(values);
  return [
    headerOf(type, values.length, array.BYTES_PER_ELEMENT, change),
    new Uint8Array(array.buffer),
  ];
}

function headerOf(
  type: ScalarType,
  count: number,
  bytesPerVoxel: number,
  change: Partial<NiftiHeader> = {},
): NiftiHeader {
  const grid: Grid = { dims: [count, 1, 1], affine: identityAffine, affineFrom: "sform" };
  const reading = {
    version: 1,
    littleEndian: true,
    pair: false,
    warnings: [],
    voxelOffset: 352,
    slope: 1,
    intercept: 0,
  } as const;
  return { ...grid, ...reading, type, bytesPerVoxel, geometry: geometryOf(grid), ...change };
}

const ct = (...args: Parameters<typeof stored>): number[] => {
  const { voxels } = toCtVolume(...stored(...args));
  return [...voxels];
};

describe("a scan", () => {
  test("of int16 is used in place", () => {
    const [header, bytes] = stored("int16", [-1024, 0, 3071]);
    const { voxels } = toCtVolume(header, bytes);
    expect(voxels).toEqual(Int16Array.of(-1024, 0, 3071));
    expect(voxels.buffer).toBe(bytes.buffer);
  });

  test.each<[keyof typeof arrays, readonly number[]]>([
    ["uint8", [0, 255]],
    ["int8", [-128, 127]],
    ["uint16", [0, 32767]],
    ["uint32", [0, 32767]],
    ["int32", [-32768, 32767]],
    ["float32", [-32768, -0, 32767]],
    ["float64", [-1000, 1000]],
  ])("of %s whole numbers that fit is Int16", (type, values) => {
    const { voxels } = toCtVolume(...stored(type, values));
    expect(voxels).toBeInstanceOf(Int16Array);
    expect([...voxels]).toEqual(values.map((value) => value + 0));
  });

  test.each<[keyof typeof arrays, readonly number[]]>([
    ["uint16", [0, 32768]],
    ["uint16", [65535]],
    ["uint32", [65536]],
    ["uint32", [4294967295 - 255]],
    ["int32", [-32769]],
    ["int32", [65536 * 3]],
    ["float32", [0.5]],
    ["float32", [-1000, 1e10]],
    ["float64", [-0.25, 2 ** 20]],
  ])("of %s %j does not fit Int16 and is Float32, with the same values", (type, values) => {
    const { voxels } = toCtVolume(...stored(type, values));
    expect(voxels).toBeInstanceOf(Float32Array);
    expect([...voxels]).toEqual(values);
  });

  test("with slope and intercept is stored · slope + intercept, once", () => {
    expect(ct("uint8", [0, 51, 255], { slope: 0.5, intercept: -40 })).toEqual([-40, -14.5, 87.5]);
    expect(ct("int16", [10], { slope: -2, intercept: 3 })).toEqual([-17]);
  });

  test("whose scaled values are whole numbers is Int16: 0 … 4095 with intercept −1024", () => {
    const { voxels } = toCtVolume(...stored("uint16", [0, 1024, 4095], { intercept: -1024 }));
    expect(voxels).toEqual(Int16Array.of(-1024, 0, 3071));
  });

  test("is the float32 nearest to the exact product", () => {
    const slope = Math.fround(200 / 255);
    expect(ct("uint8", [1, 77, 254], { slope, intercept: -40 })).toEqual(
      [1, 77, 254].map((value) => Math.fround(value * slope - 40)),
    );
  });

  test.each([Number.NaN, Infinity, -Infinity])(
    "with %s is refused, and the place named",
    (value) => {
      const [header, bytes] = stored("float32", [0, 1.5, 2, 3, 4, value, value, 7]);
      const cube = { ...header, dims: [2, 2, 2] as const };
      expect(() => toCtVolume(cube, bytes)).toThrowError(
        expect.objectContaining({
          code: "nifti.value",
          message:
            "2 of 8 voxels are NaN or infinite, the first at (1, 0, 1): expected Hounsfield units",
        }),
      );
    },
  );

  test("with values that float32 cannot hold is refused, not turned to infinity", () => {
    const tooLarge = expect.objectContaining({ code: "nifti.value" });
    expect(() => toCtVolume(...stored("float64", [1e300]))).toThrowError(tooLarge);
    expect(() => toCtVolume(...stored("int16", [30000], { slope: 1e38 }))).toThrowError(tooLarge);
  });
});

describe("byte order, alignment and length", () => {
  test("big-endian bytes are turned in a copy: the argument stays as it was", () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x01, 0x02); // −2 and 258
    const header = headerOf("int16", 2, 2, { littleEndian: false });
    expect([...toCtVolume(header, bytes).voxels]).toEqual([-2, 258]);
    expect([...toCtVolume(header, bytes).voxels]).toEqual([-2, 258]);
    expect([...bytes]).toEqual([0xff, 0xfe, 0x01, 0x02]);
  });

  test("big-endian float64", () => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, -12.25, false);
    expect([
      ...toCtVolume(headerOf("float64", 1, 8, { littleEndian: false }), bytes).voxels,
    ]).toEqual([-12.25]);
  });

  test("bytes that start at an odd address are read, also from a Buffer", () => {
    const { buffer } = Uint8Array.of(9, 0xfe, 0xff, 2, 1);
    for (const bytes of [Buffer.from(buffer, 1), new Uint8Array(buffer, 1)]) {
      expect([...toCtVolume(headerOf("int16", 2, 2), bytes).voxels]).toEqual([-2, 258]);
    }
  });

  test("too few bytes are refused; more than needed are ignored", () => {
    const header = headerOf("int16", 2, 2);
    expect([...toCtVolume(header, Uint8Array.of(1, 0, 2, 0, 9)).voxels]).toEqual([1, 2]);
    for (const read of [toCtVolume, toLabelVolume]) {
      expect(() => read(header, Uint8Array.of(1, 0, 2))).toThrowError(
        expect.objectContaining({
          code: "nifti.truncated",
          message: "the voxels are cut off: 2 × 1 × 1 int16 needs 4 bytes, got 3",
        }),
      );
    }
  });
});

describe("64-bit integers", () => {
  const signed = new Uint8Array(BigInt64Array.of(-1024n, 3071n, -1n).buffer);

  test("are read, signed and unsigned", () => {
    expect([...toCtVolume(headerOf("int64", 3, 8), signed).voxels]).toEqual([-1024, 3071, -1]);
    const unsigned = new Uint8Array(BigUint64Array.of(2n, 2n ** 40n).buffer);
    expect([...toCtVolume(headerOf("uint64", 2, 8), unsigned).voxels]).toEqual([2, 2 ** 40]);
    expect(() => toLabelVolume(headerOf("uint64", 2, 8), unsigned)).toThrow("voxel (1, 0, 0)");
  });

  test("are labels, as Python writes them", () => {
    const labels = new Uint8Array(BigInt64Array.of(0n, 1n, 2n).buffer);
    expect(toLabelVolume(headerOf("int64", 3, 8), labels).voxels).toEqual(Uint8Array.of(0, 1, 2));
  });
});

describe("a mask", () => {
  const labels = (...args: Parameters<typeof stored>) => toLabelVolume(...stored(...args)).voxels;

  test("of uint8 is used in place", () => {
    const [header, bytes] = stored("uint8", [0, 1, 2, 255]);
    expect(toLabelVolume(header, bytes).voxels.buffer).toBe(bytes.buffer);
  });

  test("is the smallest type that keeps every label", () => {
    expect(labels("float64", [0, 1, 2])).toEqual(Uint8Array.of(0, 1, 2));
    expect(labels("uint16", [0, 255])).toEqual(Uint8Array.of(0, 255));
    expect(labels("uint16", [0, 256])).toEqual(Int16Array.of(0, 256));
    expect(labels("int16", [-1, 2])).toEqual(Int16Array.of(-1, 2));
    expect(labels("uint16", [65535, 1])).toEqual(Int32Array.of(65535, 1));
    expect(labels("int32", [-(2 ** 31), 2 ** 31 - 1])).toEqual(
      Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    );
    expect(labels("float32", [-0, 1])).toEqual(Uint8Array.of(0, 1));
  });

  test.each([0.999, 1.0001, 0.5, -0.1, Number.NaN, Infinity, 2 ** 31, 1e20])(
    "with %s is refused",
    (value) => {
      expect(() => labels("float64", [0, 1, value])).toThrowError(
        expect.objectContaining({
          code: "labels.value",
          message: `a mask holds whole numbers, but voxel (2, 0, 0) is ${value}`,
        }),
      );
    },
  );

  test("with a slope that makes whole numbers holds those", () => {
    expect(labels("uint8", [0, 1, 2], { slope: 2, intercept: -1 })).toEqual(
      Int16Array.of(-1, 1, 3),
    );
  });

  test("squeezed into integers by its writer gets its labels back", () => {
    // nibabel, a float mask of 0 and 2 saved as int16: slope 2/65535, intercept 32768 · slope.
    const slope = Math.fround(2 / 65535);
    const scaling = { slope, intercept: Math.fround(slope * 32768) };
    expect(labels("int16", [-32768, 0, 32767], scaling)).toEqual(Uint8Array.of(0, 1, 2));
    // As uint8: 1 is stored as 127 or 128.
    expect(labels("uint8", [0, 127, 128, 255], { slope: Math.fround(2 / 255) })).toEqual(
      Uint8Array.of(0, 1, 1, 2),
    );
  });

  test("scaled, but interpolated, is refused all the same", () => {
    const squeezed = { slope: Math.fround(2 / 255) };
    expect(() => labels("uint8", [0, 126], squeezed)).toThrowError(
      expect.objectContaining({ code: "labels.value" }),
    );
    expect(() => labels("uint8", [1, 2], { slope: 0.5 })).toThrowError(
      expect.objectContaining({ code: "labels.value" }),
    );
  });
});
