import { type ConvertSummary, differenceText } from "../../cohort/index.ts";
import { HeparError } from "../../core/index.ts";
import {
  type ImageFormat,
  imageFormats,
  type Window,
  type WindowName,
  windows,
} from "../../slices/index.ts";
import { type Command, type CommandResult, command, type Surroundings } from "../command.ts";
import { flag, flagOf, type Option, optionalChoice, text, whole } from "../option.ts";
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

const modes = {
  verify: flag(
    "writes no slice: reads all again and compares them with the scans and masks; what differs goes to slices/differences.csv",
  ),
  back: flag("writes no slice: brings masks back as NIfTI on the scans' own grids, into --out"),
  out: text("<folder>", "with --back: where the NIfTI files go, with the table masks.csv"),
  from: text(
    "<folder>",
    "with --back: other masks than the cohort's, such as predictions/<model>/slices or PNGs that were edited: <case>/<case>_slice_<number>.png",
  ),
};

/** The command that makes slices, looks them over, and brings masks back. */
export const convertCommand: Command = command({
  name: "convert",
  summary: "3D scans → 2D images and label-exact masks (PNG)",
  arguments: { cohort },
  options: { ...convertOptions, ...modes },
  example: "hepar convert ~/lits-cohort --size 256 --slices liver",
  async run({ cohort, verify, back, out, from, ...typed }, around) {
    requireOneMode({ verify, back, out, from }, typed);
    if (verify) return verified(cohort, around);
    if (back) return broughtBack({ cohort, out: out ?? "", from }, around);
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

/** Refuses what does not go together, rather than to leave some of it undone. */
function requireOneMode(
  modes: {
    readonly verify: boolean;
    readonly back: boolean;
    readonly out: string | undefined;
    readonly from: string | undefined;
  },
  choices: Readonly<Record<string, unknown>>,
): void {
  const { verify, back, out, from } = modes;
  const refuse = (message: string): never => {
    throw new HeparError("usage.argument", message, { hint: "see hepar convert --help" });
  };
  if (verify && back) refuse("--verify and --back: choose one of them");
  if (back && out === undefined) refuse("--back: expected --out <folder> for the NIfTI files");
  if (!back && (out !== undefined || from !== undefined))
    refuse("--out and --from: only with --back");
  const chosen = Object.keys(choices).find((name) => choices[name] !== undefined);
  if ((verify || back) && chosen !== undefined) {
    refuse(`${flagOf(chosen)}: not with ${verify ? "--verify" : "--back"}, which converts nothing`);
  }
}

/** Differences that are told one by one; the table has all. */
const mostTold = 20;

async function verified(cohort: string, around: Surroundings): Promise<CommandResult> {
  const { verifyCohort } = await cohorts();
  const outcome = await verifyCohort({ cohort }, { ...around, command: "convert" });
  const { slices, table, differences } = outcome.result;
  const left = differences.length - mostTold;
  return resultOf(outcome, {
    json: { ...outcome.result },
    lines: [
      ...differences.slice(0, mostTold).map((one) => `${one.file}: ${differenceText(one)}`),
      ...(left > 0 ? [`… and ${left} more`] : []),
      table === null
        ? `${counted(slices)} slices are what their scans and masks make them`
        : `differences: ${cohort}/${table}; hepar convert makes these cases anew`,
    ],
  });
}

async function broughtBack(
  options: { readonly cohort: string; readonly out: string; readonly from: string | undefined },
  around: Surroundings,
): Promise<CommandResult> {
  const { bringBackCohort } = await cohorts();
  const outcome = await bringBackCohort(options, { ...around, command: "convert" });
  const masks = outcome.result;
  const exact = masks.filter((mask) => mask.exact).length;
  return resultOf(outcome, {
    json: { out: options.out, masks },
    lines: [
      ...outcome.warnings.map((warning) => `not exact: ${warning}`),
      `${counted(masks.length)} masks, ${counted(exact)} of them exact: ${options.out}`,
    ],
  });
}

const counted = (count: number): string => count.toLocaleString("en");

function summaryLines({ slices, masks, bytes, written, kept, redone }: ConvertSummary): string[] {
  const again = redone.length === 0 ? "" : `, ${counted(redone.length)} of the cases again`;
  return [
    `${counted(slices)} slices, ${counted(masks)} with a mask, ${(bytes / 1e6).toFixed(1)} MB`,
    `${counted(written)} written now${again}, ${counted(kept)} kept from before`,
  ];
}
