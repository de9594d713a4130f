import { channelNames, windows } from "../../slices/index.ts";
import type { Language } from "../language.ts";
import { type Figure, keyHeight } from "./drawing.ts";
import { palette } from "./palette.ts";
import { drawPicture, image, label } from "./picture.ts";

/** One slice as the network gets it, and each of its channels. */
export interface SliceChannels {
  readonly case: string;
  readonly slice: number;
  /** PNG data URI, the channels as red, green and blue. */
  readonly colour: string;
  /** PNG data URIs in the order of `channelNames`, grey. */
  readonly channels: readonly string[];
  /** Width ÷ height, in the patient. */
  readonly aspect: number;
}

const side = 280;
const gap = 14;
const captionHeight = 40;

/** The preprocessed slice in colour, then each of its channels in grey; two rows of two. */
export function sliceChannels(slice: SliceChannels, { say }: Language): Figure {
  const words = say.drawings.channels;
  const panels = [
    { href: slice.colour, name: words.whole, detail: "" },
    ...slice.channels.map((href, index) => {
      const name = channelNames[index];
      const window = name === "histogram" ? null : windows[name];
      const detail = window === null ? "" : words.window(window.width, window.level);
      return { href, name: words.names[name], detail };
    }),
  ];
  const height = side / slice.aspect;
  const title = words.title;
  return drawPicture({
    id: "channels",
    title,
    text: words.text(slice.case, slice.slice),
    width: 2 * side + gap,
    height: keyHeight + 2 * (height + captionHeight),
    body: [
      label(`${slice.case}, ${say.pictures.slice(slice.slice)}`, { x: 0, y: 16, weight: 600 }),
      panels.map(({ href, name, detail }, index) => {
        const x = (index % 2) * (side + gap);
        const y = keyHeight + Math.floor(index / 2) * (height + captionHeight);
        return [
          image(href, { x, y, width: side, height }),
          label(name, { x, y: y + height + 15 }),
          detail === "" ? null : label(detail, { x, y: y + height + 30, colour: palette.muted }),
        ];
      }),
    ],
  });
}
