import { type Html, html } from "../html.ts";
import type { Language } from "../language.ts";
import { labelColours } from "../overlay.ts";
import { type Figure, keyHeight } from "./drawing.ts";
import { palette } from "./palette.ts";
import { drawPicture, image, label, px } from "./picture.ts";
import { regionPath } from "./region-path.ts";

/** A line over a picture, in its pixels from the upper left corner, and how long it is. */
export interface Caliper {
  readonly ends: readonly [Point, Point];
  readonly lengthMm: number;
}

export type Point = readonly [x: number, y: number];

/** A lesion on one axial slice, cut out around it. */
export interface LesionPicture {
  /** 1 is the largest. */
  readonly lesion: number;
  readonly voxels: number;
  /** Axial, from the feet, from 0. */
  readonly slice: number;
  /** null when the spacing is unknown, as are the calipers. */
  readonly volumeMl: number | null;
  readonly longest: Caliper | null;
  readonly perpendicular: Caliper | null;
  /** PNG data URI. */
  readonly original: string;
  /** Pixels of the cut-out; it is drawn as a square. */
  readonly width: number;
  readonly height: number;
  /** Millimetres of the square's sides; null when unknown. */
  readonly sideMm: number | null;
  /** [height, width]: 1 where the mask has tumour. */
  readonly mask: Uint8Array;
}

/** Lesions to show, and of how many. */
export interface LesionSheet {
  readonly case: string;
  readonly count: number;
  /** Largest first. */
  readonly lesions: readonly LesionPicture[];
}

const side = 220;
const gap = 14;
const captionHeight = 42;
const mostColumns = 4;
const id = "lesions";

/** Calipers over grey, in white and yellow: 4.5 : 1 and more on any grey with their black rims. */
const caliperColours = { longest: "#ffffff", perpendicular: "#f0e442" } as const;

/**
 * A contact sheet of a scan's lesions, largest first, each cut out of the slice of its longest axial
 * diameter, with the two diameters drawn between the ends at which they were measured.
 */
export function lesionSheet(sheet: LesionSheet, language: Language): Figure {
  const { say } = language;
  const words = say.drawings.lesions;
  const { lesions } = sheet;
  const columns = Math.min(mostColumns, Math.max(2, lesions.length));
  const rows = Math.ceil(lesions.length / columns);
  const measured = lesions.some(({ longest }) => longest !== null);
  return drawPicture({
    id,
    title: words.title,
    text: textOf(sheet, language),
    width: columns * (side + gap) - gap,
    height: 2 * keyHeight + rows * (side + captionHeight),
    keys: [
      { text: words.outline, colour: labelColours.tumour, shape: "line" },
      ...(measured
        ? ([
            { text: words.longest, colour: palette.ink, shape: "line" },
            { text: words.perpendicular, colour: palette.ink, shape: "dashed" },
          ] as const)
        : []),
    ],
    keysLeft: 4,
    body: [
      label(sheet.case, { x: 0, y: keyHeight + 14, weight: 600 }),
      lesions.map((lesion, index) => {
        const x = (index % columns) * (side + gap);
        const y = 2 * keyHeight + Math.floor(index / columns) * (side + captionHeight);
        return html`<g transform="translate(${px(x)},${px(y)})">${tile(lesion, language)}</g>`;
      }),
    ],
  });
}

function textOf({ case: name, count, lesions }: LesionSheet, { say, numbers }: Language): string {
  const words = say.drawings.lesions;
  const sizes = lesions.map(({ lesion, longest, perpendicular, slice }) =>
    longest === null || perpendicular === null
      ? ""
      : words.one(lesion, numbers.mm(longest.lengthMm), numbers.mm(perpendicular.lengthMm), slice),
  );
  const known = lesions.every(({ longest }) => longest !== null);
  return words.text(name, lesions.length, count) + sizes.join("") + (known ? "" : words.noSpacing);
}

function tile(lesion: LesionPicture, language: Language): Html {
  const { say, numbers } = language;
  const words = say.drawings.lesions;
  const { longest, perpendicular, width, height, mask } = lesion;
  const scale: Point = [side / width, side / height];
  const outline = regionPath({ width, height, inside: (at) => mask[at] === 1 }, { scale });
  const size =
    longest === null || perpendicular === null
      ? words.noSize(lesion.lesion, lesion.voxels)
      : words.size(
          lesion.lesion,
          numbers.fixed(longest.lengthMm, 1),
          numbers.mm(perpendicular.lengthMm),
        );
  const volume = lesion.volumeMl === null ? null : numbers.ml(lesion.volumeMl);
  return html`${[
    image(lesion.original, { x: 0, y: 0, width: side, height: side }),
    html`<path d="${outline}" fill="none" stroke="${labelColours.tumour}" stroke-width="1.2"/>`,
    caliper(longest, { scale, colour: caliperColours.longest, dashes: "" }),
    caliper(perpendicular, { scale, colour: caliperColours.perpendicular, dashes: "4 3" }),
    lesion.sideMm === null ? null : scaleBar(lesion.sideMm, language),
    label(size, { x: 0, y: side + 15, weight: 600 }),
    label(words.where(lesion.slice, volume), { x: 0, y: side + 31, colour: palette.muted }),
  ]}`;
}

/** A line with a tick across each end, on a black rim so that it is seen on any grey. */
function caliper(
  measured: Caliper | null,
  {
    scale,
    colour,
    dashes,
  }: { readonly scale: Point; readonly colour: string; readonly dashes: string },
): Html | null {
  if (measured === null) return null;
  const [[ax, ay], [bx, by]] = measured.ends.map(([x, y]): Point => [x * scale[0], y * scale[1]]);
  const length = Math.hypot(bx - ax, by - ay) || 1;
  // Half a tick, at right angles to the line.
  const [tx, ty] = [(-4 * (by - ay)) / length, (4 * (bx - ax)) / length];
  const line = `M${px(ax)} ${px(ay)}L${px(bx)} ${px(by)}`;
  const ticks = [
    [ax, ay],
    [bx, by],
  ]
    .map(([x, y]) => `M${px(x - tx)} ${px(y - ty)}L${px(x + tx)} ${px(y + ty)}`)
    .join("");
  const dashed = dashes === "" ? null : html` stroke-dasharray="${dashes}"`;
  return html`<path d="${line}${ticks}" stroke="#000000" stroke-width="3" stroke-opacity="0.6" fill="none"/><path class="caliper" d="${line}" stroke="${colour}" stroke-width="1.4" fill="none"${dashed}/><path d="${ticks}" stroke="${colour}" stroke-width="1.4" fill="none"/>`;
}

/** The longest of 1, 2, 5, 10, 20, 50 … mm that is at most a third of the picture. */
function scaleBar(sideMm: number, { numbers }: Language): Html {
  const most = sideMm / 3;
  const decade = 10 ** Math.floor(Math.log10(most));
  const lengthMm = decade * ([5, 2].find((factor) => factor * decade <= most) ?? 1);
  const length = (lengthMm / sideMm) * side;
  const y = side - 8;
  const bar = `M8 ${px(y)}H${px(8 + length)}M8 ${px(y - 4)}V${px(y + 4)}M${px(8 + length)} ${px(y - 4)}V${px(y + 4)}`;
  return html`<path d="${bar}" stroke="#000000" stroke-width="4" fill="none"/><path d="${bar}" stroke="#ffffff" stroke-width="1.6" fill="none"/>${label(
    `${numbers.whole(lengthMm)}\u00A0mm`,
    { x: 14 + length, y: y + 4, colour: "#ffffff", halo: true },
  )}`;
}
