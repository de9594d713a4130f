import sharp from "sharp";
import type { SliceLabels } from "../slices/index.ts";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import { overlayLabels } from "./overlay.ts";
import type { LesionView, PictureBytes, PlainView } from "./patient-content.ts";

/** An axial slice as it is shown: the patient's right on the left, the front on top. */
export interface AxialSlice {
  readonly width: number;
  readonly height: number;
  /** The CT in the liver window, [height, width]. */
  readonly gray: Uint8Array;
  readonly labels: SliceLabels | null;
  /** Height of a pixel ÷ its width. */
  readonly aspect: number;
  /** Millimetres of a pixel's width; null when unknown. */
  readonly pixelMm: number | null;
  /** From voxels of the scan turned to LPS, index 0 in the middle of the first, to pixels' corners. */
  toPixels(point: Point): Point;
}

export type Point = readonly [x: number, y: number];

/** Slices by their number from the feet, from 0; null where there is none. */
export type AxialSlices = (slice: number) => Promise<AxialSlice | null>;

/** Lesions that are pictured: the largest. */
const mostViews = 6;
/** Longest side of a picture, pixels. */
const longestSide = 300;
/** The square is so many times as wide as the lesion, and at least so many mm or, without them, pixels. */
const roomier = 1.9;
const leastMm = 40;
const leastPixels = 48;

/** Each lesion on its slice, the largest first; what has no slice is left out. */
export async function lesionViews(
  { row, lesions }: { readonly row: StudiedRow; readonly lesions: readonly LesionRow[] },
  sliceAt: AxialSlices,
): Promise<readonly LesionView[]> {
  const views = lesions.slice(0, mostViews).map(async (lesion) => {
    const number = lesion.axial_slice ?? lesion.slice;
    const slice = await sliceAt(number);
    return slice === null ? null : viewOf(lesion, { row, slice, number });
  });
  return (await Promise.all(views)).filter((view) => view !== null);
}

/** A slice as it is, and with its mask. */
export async function plainView(number: number, sliceAt: AxialSlices): Promise<PlainView | null> {
  const slice = await sliceAt(number);
  if (slice === null) return null;
  return {
    slice: number,
    original: await encoded(slice, { rgb: grey(slice.gray) }),
    whole:
      slice.labels === null
        ? null
        : await encoded(slice, { rgb: overlayLabels(slice, slice.labels) }),
  };
}

async function viewOf(
  lesion: LesionRow,
  {
    row,
    slice,
    number,
  }: { readonly row: StudiedRow; readonly slice: AxialSlice; readonly number: number },
): Promise<LesionView> {
  const lines = [
    { ends: lesion.longest_axial_ends_voxel, dashed: false },
    { ends: lesion.perpendicular_axial_ends_voxel, dashed: true },
  ].flatMap(({ ends, dashed }) => {
    const placed = endsInSlice(ends, row)?.map((end) => slice.toPixels(end));
    return placed === undefined ? [] : [{ ends: placed, dashed }];
  });
  const points = lines.flatMap(({ ends }) => ends);
  const frame = frameAround(points.length > 0 ? points : tumourCorners(slice), slice);
  const [cut, whole] = await Promise.all([
    encoded(slice, {
      rgb: grey(slice.gray),
      frame,
      draw: (place) => lines.map((line) => caliper(line, place)).join(""),
    }),
    encoded(slice, {
      rgb: slice.labels === null ? grey(slice.gray) : overlayLabels(slice, slice.labels),
      draw: (place) => frameShape(frame, place),
    }),
  ]);
  return { lesion: lesion.lesion, slice: number, cut, whole };
}

/**
 * The ends of a diameter, indices of the stored mask, as voxels of the scan turned to LPS; null where
 * the diameter or the scan's orientation is not known.
 */
export function endsInSlice(
  ends: string | null,
  { orientation, width, height, depth }: StudiedRow,
): readonly Point[] | null {
  if (ends === null || orientation === null || width === null || height === null || depth === null)
    return null;
  const dims = [width, height, depth];
  const stored = JSON.parse(ends) as readonly (readonly number[])[];
  const along = (direction: "L" | "P") => {
    const opposite = direction === "L" ? "R" : "A";
    const axis = [...orientation].findIndex((code) => code === direction || code === opposite);
    const turned = orientation[axis] === opposite;
    return (end: readonly number[]): number =>
      turned ? (dims[axis] ?? 0) - 1 - (end[axis] ?? 0) : (end[axis] ?? 0);
  };
  const [toLeft, toBack] = [along("L"), along("P")];
  return stored.map((end): Point => [toLeft(end), toBack(end)]);
}

/** A square in the patient, in pixels of the slice and inside it. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function frameAround(points: readonly Point[], slice: AxialSlice): Frame {
  const { width, height, aspect, pixelMm } = slice;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [
    ...[Math.min(...xs), Math.max(...xs)],
    ...[Math.min(...ys), Math.max(...ys)],
  ] as const;
  const least = pixelMm === null ? leastPixels : leastMm / pixelMm;
  const side = Math.max(least, roomier * Math.max(right - left, (bottom - top) * aspect));
  const across = Math.min(width, Math.ceil(side));
  const down = Math.min(height, Math.ceil(side / aspect));
  const within = (start: number, room: number): number =>
    Math.round(Math.min(Math.max(0, start), Math.max(0, room)));
  return {
    left: within((left + right - across) / 2, width - across),
    top: within((top + bottom - down) / 2, height - down),
    width: across,
    height: down,
  };
}

/** The corners of all tumour of a slice; of the whole slice where it has none. */
function tumourCorners({ width, height, labels }: AxialSlice): readonly Point[] {
  const points: Point[] = [];
  for (let at = 0; at < (labels?.length ?? 0); at++) {
    if (labels?.[at] === 2) points.push([at % width, Math.floor(at / width)]);
  }
  if (points.length === 0) {
    return [
      [0, 0],
      [width, height],
    ];
  }
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
  }
  return [
    [left, top],
    [right, bottom],
  ];
}

/** From pixels of the slice to those of the picture. */
type Place = (point: Point) => Point;

const two = (value: number): string => value.toFixed(1);

/** A line with a bar at each end: white on a black rim, to be seen on any grey. */
function caliper(
  { ends, dashed }: { readonly ends: readonly Point[]; readonly dashed: boolean },
  place: Place,
): string {
  const [from, to] = ends.map(place);
  if (from === undefined || to === undefined) return "";
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [(-dy / length) * 5, (dx / length) * 5];
  const line = `M${two(from[0])},${two(from[1])}L${two(to[0])},${two(to[1])}`;
  const bars = [from, to]
    .map(([x, y]) => `M${two(x - nx)},${two(y - ny)}L${two(x + nx)},${two(y + ny)}`)
    .join("");
  const colour = dashed ? "#f0e442" : "#ffffff";
  const dashes = dashed ? ' stroke-dasharray="5 3"' : "";
  return `<path d="${line}${bars}" stroke="#000000" stroke-opacity="0.75" stroke-width="3.6" fill="none"/><path d="${line}" stroke="${colour}" stroke-width="1.8"${dashes} fill="none"/><path d="${bars}" stroke="${colour}" stroke-width="1.8" fill="none"/>`;
}

function frameShape({ left, top, width, height }: Frame, place: Place): string {
  const [x, y] = place([left, top]);
  const [right, bottom] = place([left + width, top + height]);
  const shape = `x="${two(x)}" y="${two(y)}" width="${two(right - x)}" height="${two(bottom - y)}" fill="none"`;
  return `<rect ${shape} stroke="#000000" stroke-opacity="0.75" stroke-width="3"/><rect ${shape} stroke="#ffffff" stroke-width="1.4"/>`;
}

/** Grey values as pixels [height, width, 3]. */
function grey(values: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(values.length * 3);
  values.forEach((value, index) => {
    pixels.fill(value, index * 3, index * 3 + 3);
  });
  return pixels;
}

async function encoded(
  slice: AxialSlice,
  {
    rgb,
    frame = { left: 0, top: 0, width: slice.width, height: slice.height },
    draw = () => "",
  }: { readonly rgb: Uint8Array; readonly frame?: Frame; readonly draw?: (place: Place) => string },
): Promise<PictureBytes> {
  const tall = frame.height * slice.aspect;
  const scale = longestSide / Math.max(frame.width, tall);
  const width = Math.max(1, Math.round(frame.width * scale));
  const height = Math.max(1, Math.round(tall * scale));
  const place: Place = ([x, y]) => [
    (x - frame.left) * scale,
    (y - frame.top) * scale * slice.aspect,
  ];
  const shapes = draw(place);
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`;
  const data = await sharp(rgb, { raw: { width: slice.width, height: slice.height, channels: 3 } })
    .extract(frame)
    .resize({ width, height, fit: "fill" })
    .composite(shapes === "" ? [] : [{ input: Buffer.from(drawn) }])
    .webp({ quality: 80, smartSubsample: true })
    .toBuffer();
  return { source: `data:image/webp;base64,${data.toString("base64")}`, width, height };
}
