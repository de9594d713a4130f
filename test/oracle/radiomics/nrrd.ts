import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { LabelVolume } from "../../../src/volume/index.ts";

/** Element types of the files that the tests read. */
const arrays = { int: Int32Array, short: Int16Array, "unsigned short": Uint16Array } as const;

/**
 * A volume from a gzipped little-endian NRRD file, as far as the tests need the format.
 *
 * @see teem.sourceforge.net/nrrd/format.html
 */
export function readNrrd(path: string): LabelVolume & { readonly intensities: Int16Array } {
  const bytes = readFileSync(path);
  const end = bytes.indexOf("\n\n");
  const fields = new Map(
    bytes
      .subarray(0, end)
      .toString("latin1")
      .split("\n")
      .flatMap((line) => {
        const [name, value] = line.split(/:=?\s*/, 2);
        return value === undefined ? [] : [[name, value.trim()] as const];
      }),
  );
  const field = (name: string): string => fields.get(name) ?? "";
  const numbers = (text: string): number[] =>
    (text.match(/-?[\d.]+(e[-+]?\d+)?/gi) ?? []).map(Number);
  const [width, height, depth] = numbers(field("sizes"));
  const [i, j, k] =
    field("space directions")
      .match(/\([^)]*\)/g)
      ?.map(numbers) ?? [];
  const [x, y, z] = numbers(field("space origin"));
  // NRRD's left-posterior-superior → RAS.
  const affine = [
    ...[-i[0], -j[0], -k[0], -x],
    ...[-i[1], -j[1], -k[1], -y],
    ...[i[2], j[2], k[2], z],
    ...[0, 0, 0, 1],
  ];
  const data = Uint8Array.from(gunzipSync(bytes.subarray(end + 2)));
  const Elements = arrays[field("type") as keyof typeof arrays];
  const values = new Elements(data.buffer);
  return {
    kind: "labels",
    dims: [width, height, depth],
    affine,
    affineFrom: "sform",
    voxels: Uint8Array.from(values, (value) => (value === 1 ? 1 : 0)),
    intensities: Int16Array.from(values),
  };
}
