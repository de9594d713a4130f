import type { ConvertSummary } from "../../cohort/index.ts";
import { HeparError } from "../../core/index.ts";
import {
  type ImageFormat,
  imageFormats,
  type Window,
  type WindowName,
  windows,
} from "../../slices/index.ts";
import { type Command, command } from "../command.ts";
import { type Option, optionalChoice, whole } from "../option.ts";
import { resultOf } from "../outcome-text.ts";
import { cohort, orientation } from "./choices.ts";

// Loaded when a command runs, so that help comes at once.
const cohorts = () => import("../../cohort/index.node.ts");

/** Pixels, or as they are; undefined when not given. */
const size: Option<number | null | undefined> = {
  placeholder: "<n>",
  description: "slices are stretched to n × n pixels, or stored: as they are (default)",
  parse(typed) {
    if (typed === undefined) return undefined;
    if (typed === "stored") return null;
    if (/^\d+$/.test(typed)) return Number(typed);
    throw new HeparError("usage.argument", `expected a number of pixels or stored, got "${typed}"`);
  },
};

const windowWords = Object.keys(windows).join(", ");

/** `liver,350/50,histogram` → windows and whether the histogram follows them. */
const channels: Option<
  { readonly windows: readonly (WindowName | Window)[]; readonly histogram: boolean } | undefined
> = {
  placeholder: "<list>",
  description: `what an image's channels show: windows, by name (${windowWords}) or as width/level in HU such as 350/50, and histogram as the last; default: liver,custom,histogram`,
  parse(typed) {
    if (typed === undefined) return undefined;
    const words = typed.split(",").map((word) => word.trim());
    const histogram = words.at(-1) === "histogram";
    return { windows: (histogram ? words.slice(0, -1) : words).map(windowOfWord), histogram };
  },
};

function windowOfWord(word: string): WindowName | Window {
  const [, width, level] = /^(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(word) ?? [];
  if (width !== undefined) return { width: Number(width), level: Number(level) };
  if (Object.hasOwn(windows, word)) return word as WindowName; // one of its names
  const why = word === "histogram" ? "the histogram only as the last" : `not "${word}"`;
  throw new HeparError(
    "usage.argument",
    `expected windows by name or as width/level with commas between them, ${why}`,
  );
}

const convertOptions = {
  every: whole({ description: "every n-th slice; default: 1, all", from: 1, to: 10_000 }),
  slices: optionalChoice(
    ["all", "liver"],
    "which: all (default), or those with liver or tumour in the mask",
  ),
  size,
  crop: optionalChoice(
    ["none", "body"],
    "what is cut away: none (default), or all around the body, with one box a case",
  ),
  channels,
  neighbours: whole({
    description:
      "2.5D: the channels of so many slices below and above stand before and after a slice's own; default: 0",
    from: 0,
    to: 16,
  }),
  format: optionalChoice(
    Object.keys(imageFormats) as ImageFormat[], // the table's own names
    "of the images: jpeg (default), png (8 bits), png16, tiff16",
  ),
  quality: whole({ description: "of JPEG; default: 90", from: 1, to: 100 }),
  chroma: optionalChoice(
    ["4:4:4", "4:2:0"],
    "of JPEG: 4:4:4 (default) keeps the channels apart, 4:2:0 is smaller and what other programs write",
  ),
  masks: optionalChoice(
    ["grey", "colours"],
    "masks hold the labels themselves; grey (default), or with a palette to look at them",
  ),
  orientation,
};

/** The command that makes slices, looks them over, and brings masks back. */
export const convertCommand: Command = command({
  name: "convert",
  summary: "3D scans → 2D images and label-exact masks (PNG)",
  arguments: { cohort },
  options: convertOptions,
  example: "hepar convert ~/lits-cohort --size 256 --slices liver",
  async run({ cohort, ...typed }, around) {
    const { convertCohort } = await cohorts();
    const { every: everyKth, slices, crop, masks, ...choices } = typed;
    const outcome = await convertCohort(
      {
        ...{ cohort, everyKth, ...choices },
        liverOnly: slices && slices === "liver",
        cropToBody: crop && crop === "body",
        maskPalette: masks && masks === "colours",
      },
      { ...around, command: "convert" },
    );
    return resultOf(outcome, {
      json: { ...outcome.result },
      lines: [...summaryLines(outcome.result), `slices: ${cohort}/slices`],
    });
  },
});

function summaryLines({ slices, masks, bytes, written, kept, redone }: ConvertSummary): string[] {
  const counted = (count: number): string => count.toLocaleString("en");
  const again = redone.length === 0 ? "" : `, ${counted(redone.length)} of the cases again`;
  return [
    `${counted(slices)} slices, ${counted(masks)} with a mask, ${(bytes / 1e6).toFixed(1)} MB`,
    `${counted(written)} written now${again}, ${counted(kept)} kept from before`,
  ];
}
