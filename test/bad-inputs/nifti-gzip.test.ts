import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readCt, readCtSlices, readLabels, readNiftiHeader } from "../../src/volume/index.node.ts";
import { asks, file, gzipWithFooter, niftiHeader, scanFile, soundVoxels } from "./nifti-file.ts";
import { copyAgain, cutOff, openFiles, refusal, saved } from "./refusal.ts";

// The numbers before the names are those of the project's list of bad inputs.

/** Streams a scan, and keeps nothing. */
async function readAllSlices(path: string): Promise<void> {
  for await (const { voxels } of (await readCtSlices(path)).slices) expect(voxels.length).toBe(12);
}

describe("gzip", () => {
  test("5 a .nii.gz that is no gzip: says so first", async () => {
    const path = await saved(Buffer.alloc(400, "<html>"), ".nii.gz");
    expect(await refusal(path)).toMatchObject({
      code: "nifti.gzip",
      message: "the name ends in .gz, but it is no gzip: not a NIfTI file: it is a web page or XML",
      hint: copyAgain,
    });
  });

  test("5 a sound file is read whatever its name says", async () => {
    for (const path of [
      await saved(scanFile(), ".nii.gz"),
      await saved(gzipSync(scanFile()), ".nii"),
    ]) {
      expect((await readCt(path)).scan.voxels).toEqual(soundVoxels);
    }
  });

  test("6 cut off anywhere: in its header, its data, its checksum", async () => {
    const packed = gzipSync(scanFile());
    for (const length of [
      2,
      5,
      10,
      11,
      60,
      packed.length - 9,
      packed.length - 8,
      packed.length - 1,
    ]) {
      const path = await saved(packed.subarray(0, length), ".nii.gz");
      expect(await refusal(path)).toMatchObject({
        code: "nifti.truncated",
        message: "the gzip data are cut off",
        hint: copyAgain,
      });
    }
  });

  test("7 a wrong checksum or length is found, though all voxels are there", async () => {
    const crc = gzipWithFooter(scanFile(), (footer) => footer.setUint32(0, 1, true));
    expect(await refusal(await saved(crc, ".nii.gz"))).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect data check)",
      hint: copyAgain,
    });
    const length = gzipWithFooter(scanFile(), (footer) => footer.setUint32(4, 1, true));
    expect(await refusal(await saved(length, ".nii.gz"))).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect length check)",
      hint: copyAgain,
    });
  });

  test("7 the checksum is verified behind trailing bytes too", async () => {
    const content = Buffer.concat([scanFile(), Buffer.alloc(3 << 20)]);
    const broken = gzipWithFooter(content, (footer) => footer.setUint32(0, 1, true));
    expect(await refusal(await saved(broken, ".nii.gz"))).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect data check)",
    });
  });

  test("8 a bomb behind the voxels stops at 64 MiB", async () => {
    const bomb = gzipSync(Buffer.concat([scanFile(), Buffer.alloc(80 << 20)]), { level: 1 });
    const path = await saved(bomb, ".nii.gz");
    // Chunks of 1 MiB pass through; none are kept.
    for (const read of [readCt, readLabels, readAllSlices]) {
      await expect(read(path)).rejects.toMatchObject({
        code: "nifti.gzip",
        file: path,
        message: "the gzip data go on for more than 64 MiB after the voxels of 4 × 3 × 2 int16",
        hint: "the file is broken or malicious: do not use it",
      });
    }
    expect((await readNiftiHeader(path)).dims).toEqual([4, 3, 2]);
  });

  test("8 a header is read of a bomb without inflating the rest", async () => {
    const bomb = gzipSync(Buffer.concat([scanFile(), Buffer.alloc(200 << 20)]), { level: 1 });
    const path = await saved(bomb, ".nii.gz");
    const before = process.memoryUsage().arrayBuffers;
    await readNiftiHeader(path); // warm
    const start = process.cpuUsage();
    for (let n = 0; n < 10; n++) await readNiftiHeader(path);
    const { user, system } = process.cpuUsage(start);
    // Inflating it all ten times would take 2 GB, seconds of work.
    expect(user + system).toBeLessThan(3e6);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test("8 a small gzip cannot ask for more than gzip can pack", async () => {
    const greedy = file(niftiHeader({ ...asks([32767, 32767, 2]), datatype: 64, bitpix: 64 }));
    expect(await refusal(await saved(gzipSync(greedy), ".nii.gz"))).toMatchObject({
      code: "nifti.truncated",
      message: expect.stringMatching(
        /needs 17178820624 bytes after byte 352, the file holds at most \d+$/,
      ),
      hint: copyAgain,
    });
  });

  test("9 several members, split anywhere, are one file", async () => {
    const whole = scanFile();
    for (const at of [1, 100, 348, 352, 371, whole.length - 1, whole.length]) {
      const members = [whole.subarray(0, at), whole.subarray(at), Buffer.alloc(0)];
      const path = await saved(Buffer.concat(members.map((part) => gzipSync(part))), ".nii.gz");
      expect((await readCt(path)).scan.voxels).toEqual(soundVoxels);
    }
    const bytewise = [...whole].map((byte) => gzipSync(Uint8Array.of(byte)));
    const path = await saved(Buffer.concat(bytewise), ".nii.gz");
    expect((await readCt(path)).scan.voxels).toEqual(soundVoxels);
  });

  test("9 a broken second member is found", async () => {
    const second = gzipWithFooter(scanFile().subarray(360), (footer) => footer.setUint32(0, 1));
    const path = await saved(
      Buffer.concat([gzipSync(scanFile().subarray(0, 360)), second]),
      ".nii.gz",
    );
    const damaged = {
      code: "nifti.gzip",
      file: path,
      message: "the gzip data are damaged (incorrect data check)",
      hint: copyAgain,
    };
    expect(await refusal(path)).toMatchObject(damaged);
    expect(await refusal(path, readAllSlices)).toMatchObject(damaged);
    // Cut off within the second: the first alone has the header and 8 bytes of voxels.
    const first = gzipSync(scanFile().subarray(0, 360));
    const cut = Buffer.concat([first, gzipSync(scanFile().subarray(360))]).subarray(0, -12);
    expect(await refusal(await saved(cut, ".nii.gz"))).toMatchObject({
      code: "nifti.truncated",
      message: "the gzip data are cut off",
      hint: copyAgain,
    });
    // Without it, what is missing is told in bytes.
    expect(await refusal(await saved(first, ".nii.gz"))).toMatchObject({
      code: "nifti.truncated",
      message: cutOff(8),
      hint: copyAgain,
    });
  });

  test("10 bytes after the voxels are ignored, with a warning", async () => {
    const rest = Buffer.alloc(1000, 7);
    const trailing = {
      code: "trailing-bytes",
      field: "byte 400",
      found: "1000 bytes",
      message: "Bytes follow the voxels of 4 × 3 × 2 int16: they were ignored.",
      hint: "if slices seem to be missing, the header's dimensions are wrong: export the scan again",
    };
    const plain = await saved(Buffer.concat([scanFile(), rest]));
    const packed = await saved(gzipSync(Buffer.concat([scanFile(), rest])), ".nii.gz");
    for (const path of [plain, packed]) {
      const { scan, header } = await readCt(path);
      expect(scan.voxels).toEqual(soundVoxels);
      expect(header.warnings).toEqual([trailing]);
    }
    expect((await readNiftiHeader(plain)).warnings).toEqual([trailing]);
    // Of a gzip file it is known only at its end.
    expect((await readNiftiHeader(packed)).warnings).toEqual([]);
  });

  test("10 zeros after the gzip are ignored, as gzip does", async () => {
    const padded = Buffer.concat([gzipSync(scanFile()), Buffer.alloc(5 << 20)]);
    const { scan, header } = await readCt(await saved(padded, ".nii.gz"));
    expect(scan.voxels).toEqual(soundVoxels);
    expect(header.warnings).toEqual([]);
  });

  test("10 after the gzip, what is neither zeros nor gzip is refused", async () => {
    const path = await saved(Buffer.concat([gzipSync(scanFile()), Buffer.alloc(9, 7)]), ".nii.gz");
    expect(await refusal(path)).toMatchObject({
      code: "nifti.gzip",
      message: "the gzip data are damaged (incorrect header check)",
    });
  });

  test("a header is read from a large gzip without leaving it open", async () => {
    const noise = Uint8Array.from({ length: 6 << 20 }, (_, n) => (n * n * 31) >> 7);
    const path = await saved(gzipSync(file(niftiHeader(), noise), { level: 1 }), ".nii.gz");
    const open = await openFiles();
    for (let n = 0; n < 20; n++) await readNiftiHeader(path);
    expect(await openFiles()).toBe(open);
  });
});
