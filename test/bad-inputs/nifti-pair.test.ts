import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readCt, readLabels, readNiftiHeader } from "../../src/volume/index.node.ts";
import { nifti2Header, niftiHeader, scanFile, soundVoxels } from "./nifti-file.ts";
import { cutOff, folder, refusal } from "./refusal.ts";

// The numbers before the names are those of the project's list of bad inputs.

describe("pairs of .hdr and .img", () => {
  const header = niftiHeader({ magic: "ni1\0", voxOffset: 0 });
  let count = 0;

  /** The path without its ending; files by their endings. */
  async function pair(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
    const stem = join(folder, `pair-${++count}`);
    for (const [ending, bytes] of Object.entries(files)) {
      await writeFile(stem + ending, ending.endsWith("z") ? gzipSync(bytes) : bytes);
    }
    return stem;
  }
  const voxels = Buffer.from(soundVoxels.buffer);

  test.each([
    [".hdr", ".img"],
    [".hdr.gz", ".img.gz"],
    [".hdr", ".img.gz"],
    [".hdr.gz", ".img"],
    [".HDR", ".IMG"],
  ])("31 %s and %s are read by either name", async (first, second) => {
    const stem = await pair({ [first]: header, [second]: voxels });
    for (const ending of [first, second]) {
      expect((await readCt(stem + ending)).scan.voxels).toEqual(soundVoxels);
      expect((await readNiftiHeader(stem + ending)).pair).toBe(true);
    }
  });

  test("31 as NIfTI-2, big-endian, with the voxels further on", async () => {
    const second = nifti2Header({ magic: "ni2\0", voxOffset: 16, littleEndian: false });
    const turned = Buffer.concat([Buffer.alloc(16, 9), Buffer.from(voxels).swap16()]);
    const stem = await pair({ ".hdr": second, ".img": turned });
    expect((await readCt(`${stem}.img`)).scan.voxels).toEqual(soundVoxels);
  });

  test.each([
    [".hdr", "its voxels", ".img", ".img.gz"],
    [".hdr.gz", "its voxels", ".img.gz", ".img"],
    [".img", "its header", ".hdr", ".hdr.gz"],
    [".img.gz", "its header", ".hdr.gz", ".hdr"],
  ])("31 %s alone is refused, and what is missing is named", async (ending, role, ...missing) => {
    const stem = await pair({ [ending]: ending.startsWith(".hdr") ? header : voxels });
    const name = stem.slice(folder.length + 1);
    for (const read of [readCt, readLabels, readNiftiHeader]) {
      expect(await refusal(stem + ending, read)).toMatchObject({
        code: "input.missing",
        message: `${name}${ending} is half of a pair: ${role} should be beside it, but neither ${name}${missing[0]} nor ${name}${missing[1]} is there`,
        hint: "copy both files of the pair into one folder",
      });
    }
  });

  test("31 neither is there", async () => {
    for (const ending of [".hdr", ".img"]) {
      expect(await refusal(join(folder, `none${ending}`))).toMatchObject({
        code: "input.missing",
        message: "there is no such file",
      });
    }
  });

  test("31 the file at fault is the one that is named", async () => {
    const cut = await pair({ ".hdr": header, ".img": voxels.subarray(0, 40) });
    await expect(readCt(`${cut}.hdr`)).rejects.toMatchObject({
      code: "nifti.truncated",
      file: `${cut}.img`,
      message: cutOff(40, "4 × 3 × 2 int16 needs 48 bytes after byte 0"),
    });
    const broken = await pair({ ".hdr": header.subarray(0, 100), ".img": voxels });
    await expect(readCt(`${broken}.img`)).rejects.toMatchObject({
      code: "nifti.truncated",
      file: `${broken}.hdr`,
      message: "the NIfTI header is cut off: expected 348 bytes, got 100",
    });
  });

  test("31 voxels that follow their header in the .hdr are read from there", async () => {
    const stem = await pair({ ".hdr": scanFile() });
    expect((await readCt(`${stem}.hdr`)).scan.voxels).toEqual(soundVoxels);
  });

  test("4 a pair of Analyze 7.5 is refused by either name", async () => {
    const stem = await pair({ ".hdr": niftiHeader({ magic: "\0\0\0\0" }), ".img": voxels });
    for (const ending of [".hdr", ".img"]) {
      await expect(readCt(stem + ending)).rejects.toMatchObject({
        code: "nifti.header",
        file: `${stem}.hdr`,
        message:
          "no NIfTI magic: the file is Analyze 7.5, which does not say which side is left: hepar would have to guess",
      });
    }
  });
});
