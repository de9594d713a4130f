import type { CtVolume } from "../volume.ts";
import type { Range } from "./lines.ts";
import { type FourRows, mixAlong, mixSpans } from "./rows.ts";
import { splineColumns, splineRows } from "./spline.ts";
import type { AxisTaps } from "./taps.ts";

/**
 * Source slices from … to − 1, each at the target's width and height ([height, width]; 0 outside
 * the source). What the next window shares with the last is not made again.
 */
export function planesOf(
  source: CtVolume,
  options: {
    readonly x: AxisTaps;
    readonly y: AxisTaps;
    readonly width: number;
    readonly height: number;
  },
): (window: Range) => Float32Array[] {
  const make = planeMaker(source, options);
  let kept = new Map<number, Float32Array>();
  return ({ from, to }) => {
    const planes = Array.from(
      { length: to - from },
      (_, n) => kept.get(from + n) ?? make(from + n),
    );
    kept = new Map(planes.map((plane, n) => [from + n, plane]));
    return planes;
  };
}

/** So many columns of a slice go through the recursion together: what stays in a core's cache. */
const strip = 128;

function planeMaker(
  { dims: [sourceWidth, sourceHeight], voxels }: CtVolume,
  { x, y, width, height }: Parameters<typeof planesOf>[1],
): (slice: number) => Float32Array {
  const size = sourceWidth * sourceHeight;
  const samples = new Float32Array(size);
  const rows = Array.from({ length: sourceHeight }, (_, j) =>
    samples.subarray(j * sourceWidth, (j + 1) * sourceWidth),
  );
  const mixed = fourRows(() => new Float32Array(sourceWidth));
  return (slice) => {
    const plane = new Float32Array(width * height);
    samples.set(voxels.subarray(slice * size, (slice + 1) * size));
    if (y.ofCoefficients) {
      for (let start = 0; start < sourceWidth; start += strip) {
        const columns = Math.min(strip, sourceWidth - start);
        const lines = { start, count: sourceHeight, stride: sourceWidth, width: columns };
        splineColumns(samples, lines);
      }
    }
    for (let j = y.inside.from; j < y.inside.to; j += 4) {
      // Where fewer than four are left, the last is made again.
      const at = (n: number): number => Math.min(j + n, y.inside.to - 1);
      mixed.forEach((into, n) => {
        const first = y.first[at(n)];
        const weights = y.weights.subarray(at(n) * y.taps, (at(n) + 1) * y.taps);
        mixSpans(rows.slice(first, first + y.taps), weights, { at: 0, length: sourceWidth, into });
      });
      if (x.ofCoefficients) splineRows(mixed, sourceWidth);
      const into = fourRows((n) => plane.subarray(at(n) * width, (at(n) + 1) * width));
      mixAlong(mixed, x, into);
    }
    return plane;
  };
}

const fourRows = (row: (n: number) => Float32Array): FourRows => [row(0), row(1), row(2), row(3)];
