import { z } from "zod";
import { HeparError } from "../core/index.ts";
import { channelNamesOf } from "./channels.ts";
import { sliceOrientations } from "./orientation.ts";
import { type WindowName, windowOf, windows } from "./windows.ts";

/** How a slice's channels are stored, and the ending of their files. */
export const imageFormats = {
  jpeg: { ending: "jpg", bits: 8, channels: [1, 3], lossless: false },
  png: { ending: "png", bits: 8, channels: [1, 3, 4], lossless: true },
  png16: { ending: "png", bits: 16, channels: [1, 3, 4], lossless: true },
  tiff16: { ending: "tif", bits: 16, channels: [1, 3, 4], lossless: true },
} as const;

export type ImageFormat = keyof typeof imageFormats;

const wordsOf = <Word extends string>(table: { readonly [Name in Word]: unknown }) =>
  z.enum(Object.keys(table) as Word[]); // the table's own names

const windowSchema = z.union([
  wordsOf<WindowName>(windows),
  z.strictObject({ width: z.number(), level: z.number() }),
]);

const settingsSchema = z.strictObject({
  /** Slices whose number, from 0 at the feet, is a multiple of it. */
  everyKth: z.int().min(1).max(10_000).default(1),
  /** Only slices in which the mask has liver or tumour; none of a case without a mask. */
  liverOnly: z.boolean().default(false),
  /** Pixels: slices are stretched to size × size; null: as they are. */
  size: z.int().min(16).max(4096).nullable().default(null),
  /** Cut to the box, one a case, that holds the body in all slices. */
  cropToBody: z.boolean().default(false),
  /** A channel a window, by name or in HU, then the frequency histogram. */
  channels: z
    .strictObject({ windows: z.array(windowSchema).readonly(), histogram: z.boolean() })
    .readonly()
    .default({ windows: ["liver", "custom"], histogram: true }),
  /** 2.5D: the channels of so many slices below and above stand before and after the slice's own. */
  neighbours: z.int().min(0).max(16).default(0),
  /** JPEG only. 4:2:0 mixes the second and third channel of neighbouring pixels. */
  chroma: z.enum(["4:4:4", "4:2:0"]).default("4:4:4"),
  /** JPEG only. */
  quality: z.int().min(1).max(100).default(90),
  format: wordsOf<ImageFormat>(imageFormats).default("jpeg"),
  /** Masks get colours to look at; their values stay the labels. Labels above 255 have none. */
  maskPalette: z.boolean().default(false),
  orientation: z.enum(sliceOrientations).default("radiological"),
});

/** What is converted and how: plain data, such as a stamp holds. */
export type ConvertSettings = Readonly<z.infer<typeof settingsSchema>>;

/** Some of them, checked by `convertSettings`. */
export type ConvertChoices = { readonly [Name in keyof ConvertSettings]?: unknown };

const usual = settingsSchema.parse({});

/**
 * Settings, whole: what is not given (or undefined) is as usual. A conversion without any gives every
 * slice, as stored, as a JPEG of the channels that the networks train on.
 *
 * @throws `usage.argument` for a value that is none, and for channels that the format cannot hold
 */
export function convertSettings(given: ConvertChoices = {}): ConvertSettings {
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HeparError("usage.argument", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  requireChannels(parsed.data);
  // What has no effect must not be a reason to convert anew.
  const { chroma, quality } = imageFormats[parsed.data.format].lossless ? usual : parsed.data;
  return { ...parsed.data, chroma, quality };
}

/** How many channels an image gets: those of the slice and of each neighbour. */
export const channelCount = ({ channels, neighbours }: ConvertSettings): number =>
  channelNamesOf(channels).length * (2 * neighbours + 1);

function requireChannels(settings: ConvertSettings): void {
  settings.channels.windows.forEach(windowOf); // refuses a window without width
  const { format, neighbours } = settings;
  const each = channelNamesOf(settings.channels).length; // refuses none at all
  const count = channelCount(settings);
  const possible: readonly number[] = imageFormats[format].channels;
  if (possible.includes(count)) return;
  const made = neighbours === 0 ? "" : ` (${each} of each of ${2 * neighbours + 1} slices)`;
  const list = possible.join(" or ");
  throw new HeparError(
    "usage.argument",
    `a ${format} holds ${list} channels, not ${count}${made}`,
    {
      hint: "choose other channels, such as one window with one neighbour on either side",
    },
  );
}
