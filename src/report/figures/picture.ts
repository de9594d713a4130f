import { type Html, html, type Piece, trusted } from "../html.ts";
import { type Figure, fontSize, type Key, keysMarkup } from "./drawing.ts";
import { palette } from "./palette.ts";

/** A number of CSS pixels as an attribute: hundredths. */
export const px = (value: number): string => String(Math.round(value * 100) / 100 || 0);

export interface PictureOptions {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly width: number;
  readonly height: number;
  readonly keys?: readonly Key[];
  /** Where the keys begin; 0 by default. */
  readonly keysLeft?: number;
  /** Patterns and clips. */
  readonly defs?: Html;
  /** What the drawing holds, below `keyHeight` where it has keys. */
  readonly body: Piece;
}

/** Empty around what is drawn: pictures reach to the edge of their boxes. */
const margin = 12;

/** A figure that is no plot: pictures, tables and what is drawn over them. */
export function drawPicture(options: PictureOptions): Figure {
  const { id, title, text, keys = [], keysLeft = 0, defs, body } = options;
  const [width, height] = [options.width + 2 * margin, options.height + 2 * margin];
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-text" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" font-size="${px(fontSize)}" font-family="system-ui, sans-serif" fill="${palette.ink}" color="${palette.ink}"><title id="${id}-title">${title}</title><desc id="${id}-text">${text}</desc>${defs === undefined ? null : html`<defs>${defs}</defs>`}<g transform="translate(${px(margin)},${px(margin)})">${
    keys.length === 0 ? null : trusted(keysMarkup(keys, { left: keysLeft, top: 0 }))
  }${body}</g></svg>`;
  return { id, title, text, width, svg: svg.markup };
}

/** A picture file, stretched to its box. */
export const image = (
  href: string,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Html =>
  html`<image href="${href}" x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${px(box.height)}" preserveAspectRatio="none"/>`;

/** A line of text; `y` is its base line. */
export function label(
  text: string,
  {
    x,
    y,
    anchor = "start",
    colour,
    weight,
    halo = false,
  }: {
    readonly x: number;
    readonly y: number;
    readonly anchor?: "start" | "middle" | "end";
    readonly colour?: string;
    readonly weight?: number;
    /** For text over a picture: black around it. */
    readonly halo?: boolean;
  },
): Html {
  const anchored = anchor === "start" ? null : html` text-anchor="${anchor}"`;
  const filled = colour === undefined ? null : html` fill="${colour}"`;
  const weighed = weight === undefined ? null : html` font-weight="${px(weight)}"`;
  const around = halo
    ? html` stroke="#000000" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`
    : null;
  return html`<text x="${px(x)}" y="${px(y)}"${anchored}${filled}${weighed}${around}>${text}</text>`;
}
