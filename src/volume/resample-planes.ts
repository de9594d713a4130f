import type { Range } from "./resample-lines.ts";
import { mixAlong, mixSpans } from "./resample-rows.ts";
import { splineColumns, splineRow } from "./resample-spline.ts";
import type { AxisTaps } from "./resample-taps.ts";
import type { CtVolume } from "./volume.ts";

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
  const mixed = new Float32Array(sourceWidth);
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
    for (let j = y.inside.from; j < y.inside.to; j++) {
      const taps = rows.slice(y.first[j], y.first[j] + y.taps);
      const weights = y.weights.subarray(j * y.taps, (j + 1) * y.taps);
      mixSpans(taps, weights, { at: 0, length: sourceWidth, into: mixed });
      if (x.ofCoefficients) splineRow(mixed, 0, sourceWidth);
      mixAlong(mixed, x, { into: plane, at: j * width });
    }
    return plane;
  };
}
