import { gzipSync } from "node:zlib";
import type { Random } from "../../src/core/index.ts";
import { file, nifti2Header, niftiHeader, soundVoxels } from "./nifti-file.ts";

/** Broken files, by the ending each is to be written under; the first is the one to read. */
export type BrokenFiles = readonly (readonly [ending: string, bytes: Uint8Array])[];

/** What is broken: sound files of every kind. */
const sources = [
  { header: niftiHeader(), ending: ".nii" },
  { header: niftiHeader({ littleEndian: false }), ending: ".nii" },
  { header: niftiHeader({ sformCode: 0, qformCode: 1 }), ending: ".nii.gz" },
  { header: nifti2Header(), ending: ".nii" },
  { header: nifti2Header({ littleEndian: false }), ending: ".nii.gz" },
  { header: niftiHeader({ magic: "ni1\0", voxOffset: 0 }), ending: ".hdr" },
  { header: nifti2Header({ magic: "ni2\0", voxOffset: 0 }), ending: ".hdr.gz" },
  { header: extended(niftiHeader({ voxOffset: 400 })), ending: ".nii" },
] as const;

/** With a header extension of 48 bytes. */
function extended(header: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(400);
  bytes.set(header);
  bytes.set([1], 348);
  bytes.set([48, 0, 0, 0, 6], 352);
  return bytes;
}

/** Numbers at which readers break. */
const corners = [0, 1, -1, 127, 128, 255, 256, 32767, -32768, 2 ** 31 - 1, -(2 ** 31), 2 ** 24];
const floats = [0, -0, Number.NaN, Infinity, -Infinity, 1e-45, 3.4e38, -1, 352, 353, 1e9, 2 ** 31];

/** Places of the fields that decide what is read; elsewhere chance hits too seldom. */
const fields = [0, 4, 8, 12, 14, 16, 24, 40, 42, 44, 46, 48, 70, 72, 76, 80, 84, 88, 104, 108];
const moreFields = [112, 116, 120, 123, 168, 176, 252, 254, 256, 268, 280, 296, 312, 344, 348, 352];
const places = [...fields, ...moreFields, 500];

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[random.below(items.length)];

function mutate(bytes: Uint8Array, random: Random): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = random.next() < 0.5;
  const last = bytes.length - 8;
  const at = random.next() < 0.5 ? Math.min(pick(random, places), last) : random.below(last);
  const ways = [
    () => view.setUint8(at, random.below(256)),
    () => view.setUint8(at, bytes[at] ^ (1 << random.below(8))),
    () => view.setInt16(at, pick(random, corners), little),
    () => view.setInt32(at, pick(random, corners), little),
    () => view.setFloat32(at, pick(random, floats), little),
    () => view.setFloat64(at, pick(random, floats), little),
    () => bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length)),
  ];
  pick(random, ways)();
}

/** Gzip in one or two members, of any level; sometimes broken after packing, cut or with a tail. */
function packed(content: Uint8Array, random: Random): Uint8Array {
  const level = random.below(10);
  const at = random.next() < 0.3 ? random.below(content.length + 1) : content.length;
  const members = [content.subarray(0, at), content.subarray(at)].filter(
    ({ length }) => length > 0,
  );
  const bytes = Buffer.concat(members.map((member) => gzipSync(member, { level })));
  if (bytes.length === 0 || random.next() < 0.5) return bytes;
  const ways = [
    () => {
      bytes[random.below(bytes.length)] ^= 1 << random.below(8);
      return bytes;
    },
    // In the first block's header and tables, where one bit changes everything.
    () => {
      bytes[Math.min(10 + random.below(8), bytes.length - 1)] = random.below(256);
      return bytes;
    },
    () => bytes.subarray(0, random.below(bytes.length)),
    () => Buffer.concat([bytes, Buffer.alloc(random.below(64), random.below(256))]),
    () => Buffer.concat([bytes, bytes.subarray(0, random.below(bytes.length))]),
    () => bytes.copyWithin(random.below(bytes.length), random.below(bytes.length)),
  ];
  return pick(random, ways)();
}

/** Sound files, broken in one to three places of the header or after that, in the gzip stream. */
export function brokenFiles(random: Random): BrokenFiles {
  const { header, ending } = pick(random, sources);
  const pair = ending.startsWith(".hdr");
  const bytes = Buffer.from(pair ? header : file(header, soundVoxels));
  for (let count = random.below(4); count > 0; count--) mutate(bytes, random);
  const cut = random.next() < 0.1 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
  const zipped = ending.endsWith(".gz");
  const first = [ending, zipped ? packed(cut, random) : cut] as const;
  if (!pair || random.next() < 0.05) return [first];
  const voxels = Buffer.from(soundVoxels.slice().buffer);
  const shown = random.next() < 0.2 ? voxels.subarray(0, random.below(voxels.length)) : voxels;
  return [first, [ending.replace("hdr", "img"), zipped ? packed(shown, random) : shown]];
}
