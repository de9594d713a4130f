import type { Range } from "./resample-lines.ts";
import { mixAlong, mixRows } from "./resample-rows.ts";
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
  const mixed = new Float32Array(sourceWidth);
  const size = sourceWidth * sourceHeight;
  const coefficients = new Float32Array(y.ofCoefficients ? size : 0);
  return (slice) => {
    const plane = new Float32Array(width * height);
    if (y.ofCoefficients) {
      coefficients.set(voxels.subarray(slice * size, (slice + 1) * size));
      for (let start = 0; start < sourceWidth; start += strip) {
        const columns = Math.min(strip, sourceWidth - start);
        const lines = { start, count: sourceHeight, stride: sourceWidth, width: columns };
        splineColumns(coefficients, lines);
      }
    }
    const rows = y.ofCoefficients ? coefficients : voxels;
    const start = y.ofCoefficients ? 0 : slice * size;
    for (let j = y.inside.from; j < y.inside.to; j++) {
      mixRows(rows, y, { j, start, length: sourceWidth, into: mixed });
      if (x.ofCoefficients) splineRow(mixed, 0, sourceWidth);
      mixAlong(mixed, x, { into: plane, at: j * width });
    }
    return plane;
  };
}
