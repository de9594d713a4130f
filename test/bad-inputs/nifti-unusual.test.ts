import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readCt, readLabels, readNiftiHeader } from "../../src/volume/index.node.ts";
import {
  asks,
  file,
  type NiftiFields,
  nifti2Header,
  niftiHeader,
  pixdim,
  qform,
  scanFile,
  sform,
  soundVoxels,
} from "./nifti-file.ts";
import { folder, refusal, saved } from "./refusal.ts";

// The numbers before the names are those of the project's list of bad inputs.

describe("unusual, but read", () => {
  const affineOf = async (fields: NiftiFields): Promise<readonly number[]> =>
    (await readNiftiHeader(await saved(scanFile(fields)))).affine.slice(0, 12);

  test("15 a single slice, though its third voxel size is 0", async () => {
    const dim = [2, 4, 6, 1, 1, 1, 1, 1];
    const { scan } = await readCt(
      await saved(scanFile({ dim, ...pixdim(0.5, 0.5, 0), sformCode: 0 })),
    );
    expect(scan.dims).toEqual([4, 6, 1]);
    expect(scan.affine[10]).toBe(1);
  });

  test("14 4D that holds one volume", async () => {
    const { scan } = await readCt(await saved(scanFile({ dim: [5, 4, 3, 2, 1, 1, 0, 0] })));
    expect(scan.dims).toEqual([4, 3, 2]);
  });

  test("19 metres and micrometres become millimetres, in sform, qform and default", async () => {
    const inMetres = { units: 1, ...pixdim(0.0005, 0.0005, 0.002) };
    const inMicrons = { units: 3, ...pixdim(500, 500, 2000) };
    const close = (found: readonly number[], expected: readonly number[]): void => {
      found.forEach((value, n) => {
        expect(value).toBeCloseTo(expected[n], 4);
      });
    };
    const wanted = [0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 2, -30];
    const times = (factor: number): NiftiFields => ({ sform: wanted.map((v) => v * factor) });
    close(await affineOf({ ...inMetres, ...times(0.001) }), wanted);
    close(await affineOf({ ...inMicrons, ...times(1000) }), wanted);
    const warned = await readNiftiHeader(await saved(scanFile({ ...inMicrons, ...times(1000) })));
    expect(warned.warnings).toEqual([
      {
        code: "units",
        field: "xyzt_units",
        found: "3 (µm)",
        message: "The header gives lengths in µm: they were multiplied by 0.001 to be millimetres.",
        hint: "programs that ignore the field read other sizes: export the scan in millimetres",
      },
    ]);
    const turned = { sformCode: 0, qformCode: 1, quaternion: [0, 0, 0, -0.01, -0.02, -0.03] };
    close(await affineOf({ ...inMetres, ...turned }), wanted);
    // Centred: (4 − 1)/2 · 0.5 = 0.75; (3 − 1)/2 · 0.5; (2 − 1)/2 · 2
    close(
      await affineOf({ ...inMicrons, sformCode: 0 }),
      [-0.5, 0, 0, 0.75, 0, 0.5, 0, -0.5, 0, 0, 2, -1],
    );
  });

  test("21 a slope of 0, NaN or Inf means unscaled; another is applied once", async () => {
    for (const slope of [0, Number.NaN, Infinity, -Infinity]) {
      const { scan, header } = await readCt(await saved(scanFile({ slope, intercept: 5 })));
      expect(scan.voxels).toEqual(soundVoxels);
      expect(header.warnings).toEqual(
        Math.abs(slope) !== Infinity
          ? []
          : [
              {
                code: "slope",
                field: "scl_slope",
                found: String(slope),
                message:
                  "The slope is infinite: the stored values are taken as they are, unscaled.",
                hint: "check that the values are Hounsfield units; if not, export the scan again",
              },
            ],
      );
    }
    const { scan } = await readCt(await saved(scanFile({ slope: 0.5, intercept: 3 })));
    expect([...scan.voxels]).toEqual([...soundVoxels].map((value) => value * 0.5 + 3));
  });

  test("23 where sform and qform disagree the sform stands", async () => {
    const path = await saved(scanFile({ ...qform(1), sformCode: 1 }));
    const header = await readNiftiHeader(path);
    expect(header.affineFrom).toBe("sform");
    expect(header.affine[0]).toBe(0.5);
  });

  test("24 both codes 0: the affine is a default, and says so", async () => {
    const header = await readNiftiHeader(await saved(scanFile({ sformCode: 0 })));
    expect(header.affineFrom).toBe("default");
  });

  test("24 a qform of half a turn, rounded to just over 1, is mended", async () => {
    // About x: y and z turn round.
    const affine = await affineOf(qform(1.00001));
    expect(affine.map((value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual([
      ...[0.5, 0, 0, 0],
      ...[0, -0.5, 0, 0],
      ...[0, 0, -2, 0],
    ]);
  });

  test("24 qfac −1 turns the third axis of a qform", async () => {
    const fields = { ...qform(0), pixdim: [-1, 0.5, 0.5, 2, 1, 1, 1, 1] };
    expect((await affineOf(fields))[10]).toBe(-2);
  });

  test("26 shear, as of a tilted gantry, and 28 a left-right flip", async () => {
    const tilted = [0.5, 0, 0, 0, 0, 0.5, 0.6, 0, 0, 0, 2, 0];
    expect(await affineOf(sform(...tilted))).toEqual(tilted.map(Math.fround));
    const flipped = [-0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 0];
    expect(await affineOf(sform(...flipped))).toEqual(flipped);
  });

  test("30 big-endian, in both versions", async () => {
    const turned = Buffer.from(soundVoxels.slice().buffer).swap16();
    for (const header of [
      niftiHeader({ littleEndian: false }),
      nifti2Header({ littleEndian: false }),
    ]) {
      const { scan } = await readCt(await saved(file(header, turned)));
      expect(scan.voxels).toEqual(soundVoxels);
      expect(scan.affine[11]).toBe(-30);
    }
  });

  /** A file with extensions, each of a size that it claims and one that it has. */
  const extended = (sizes: readonly (readonly [claims: number, has: number])[]): Buffer => {
    const parts = sizes.map(([claims, has]) => {
      const part = Buffer.alloc(has, 7);
      part.writeInt32LE(claims);
      return part;
    });
    const length = sizes.reduce((sum, [, has]) => sum + has, 0);
    const header = Buffer.from(niftiHeader({ voxOffset: 352 + length }));
    header[348] = 1;
    return Buffer.concat([header, ...parts, Buffer.from(soundVoxels.buffer)]);
  };
  const multiple = "a multiple of 16, 16 or more";

  test.each<[string, readonly (readonly [number, number])[], [number, number, string] | null]>([
    [
      "none wrong",
      [
        [32, 32],
        [16, 16],
        [1024, 1024],
      ],
      null,
    ],
    [
      "padded with zeros",
      [
        [32, 32],
        [0, 48],
      ],
      null,
    ],
    ["−1", [[-1, 32]], [352, -1, multiple]],
    ["0, which would never end", [[0, 32]], [352, 0, multiple]],
    [
      "8, which would never end",
      [
        [32, 32],
        [8, 16],
      ],
      [384, 8, multiple],
    ],
    ["no multiple of 16", [[20, 32]], [352, 20, multiple]],
    [
      "beyond the voxels",
      [
        [16, 16],
        [4096, 32],
      ],
      [368, 4096, "at most 32, up to the voxels"],
    ],
    ["2³¹ − 1", [[2 ** 31 - 1, 32]], [352, 2 ** 31 - 1, multiple]],
  ])("32 extensions: %s", async (_, sizes, wrong) => {
    const bytes = extended(sizes);
    for (const path of [await saved(bytes), await saved(gzipSync(bytes), ".nii.gz")]) {
      const { scan, header } = await readCt(path);
      expect(scan.voxels).toEqual(soundVoxels);
      const [at, size, expected] = wrong ?? [0, 0, ""];
      const warning = {
        code: "extension",
        field: `esize at byte ${at}`,
        found: String(size),
        message: `A header extension's size is wrong: expected ${expected}. It was stepped over; the voxels are not touched by it.`,
        hint: "if another program cannot open the file, export it again without extensions",
      };
      expect(header.warnings).toEqual(wrong === null ? [] : [warning]);
    }
  });

  test("32 of a hundred thousand extensions only the header's 16 KiB are looked at", async () => {
    const sizes = Array.from({ length: 100_000 }, () => [16, 16] as const);
    const { header } = await readCt(await saved(extended([...sizes, [-1, 16]])));
    expect(header.warnings).toEqual([]);
  });

  test("36 a sound file is read whatever its ending", async () => {
    for (const ending of [".txt", ".dcm", "", ".NII", ".gz.nii"]) {
      expect((await readCt(await saved(scanFile(), ending))).scan.voxels).toEqual(soundVoxels);
    }
  });

  test("36 a name of more than 255 bytes is refused, and named", async () => {
    const path = join(folder, `${"n".repeat(300)}.nii`);
    expect(await refusal(path)).toMatchObject({
      code: "input.unreadable",
      message: `cannot be read (ENAMETOOLONG: name too long, stat '${path}')`,
      hint: "check that the file may be read",
    });
  });

  test("36 names with blanks, quotes, line breaks and pictures", async () => {
    for (const name of ["a b", "q\"'", "line\nbreak", "..", "🫀"]) {
      expect((await readCt(await saved(scanFile(), `${name}.nii`))).scan.dims).toEqual([4, 3, 2]);
    }
  });
});

describe("masks", () => {
  const mask = (fields: NiftiFields, voxels: ArrayBufferView): Promise<string> =>
    saved(file(niftiHeader({ ...asks([4, 1, 1]), ...fields }), voxels));

  test("37 labels that are negative or over 255 are kept", async () => {
    const labels = await readLabels(await mask({}, Int16Array.of(-1, 0, 2, 300)));
    expect(labels.voxels).toEqual(Int16Array.of(-1, 0, 2, 300));
    const bytes = await readLabels(
      await mask({ datatype: 2, bitpix: 8 }, Uint8Array.of(0, 254, 255, 3)),
    );
    expect(bytes.voxels).toEqual(Uint8Array.of(0, 254, 255, 3));
  });

  test("38 a float mask of whole numbers is read; one with 0.999 is refused", async () => {
    const float = { datatype: 16, bitpix: 32 };
    const labels = await readLabels(await mask(float, Float32Array.of(0, 1, 2, 1)));
    expect(labels.voxels).toEqual(Uint8Array.of(0, 1, 2, 1));
    const interpolated = await mask(float, Float32Array.of(0, 1, 0.999, 2));
    expect(await refusal(interpolated, readLabels)).toMatchObject({
      code: "labels.value",
      message: expect.stringContaining("voxel (2, 0, 0) is 0.99"),
      hint: expect.stringContaining("nearest neighbour"),
    });
  });

  test("22 a mask with NaN is refused", async () => {
    const path = await mask({ datatype: 16, bitpix: 32 }, Float32Array.of(0, Number.NaN, 1, 2));
    expect(await refusal(path, readLabels)).toMatchObject({ code: "labels.value" });
  });
});
