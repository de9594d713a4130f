import { HeparError } from "../core/index.ts";
import { type ConvertSettings, convertSettings, imageFormats, windowOf } from "../slices/index.ts";

/**
 * Refuses slices that show something else than a network is shown when it predicts: scans whole, as
 * the three usual channels of 8 bits.
 *
 * @returns what is unusual of slices that can be learned from, in sentences; [] when nothing is
 * @throws `cohort.invalid`
 */
export function requireTrainable(
  settings: ConvertSettings,
  { imageSize }: { readonly imageSize: number },
): string[] {
  const { size, liverOnly, everyKth } = settings;
  const wrong = hindrancesIn(settings);
  if (wrong.length > 0) {
    const [what, flags] = [wrong.map(({ what }) => what), wrong.map(({ flag }) => flag)];
    throw new HeparError(
      "cohort.invalid",
      `no network trains on these slices: ${what.join(", ")}`,
      {
        hint: `make them as networks see them: hepar convert <cohort> ${flags.join(" ")}`,
      },
    );
  }
  const notes = [
    everyKth > 1 ? `only every n-th slice, n = ${everyKth}, is there to learn from` : "",
    liverOnly ? "only slices with liver are there: nothing is learned of those without" : "",
    size !== null && size < imageSize
      ? `the slices are ${size} × ${size}, smaller than the network's ${imageSize} × ${imageSize}: they are enlarged`
      : "",
  ];
  return notes.filter((note) => note !== "");
}

/** What keeps slices from being learned from, each with the choice that makes it good. */
function hindrancesIn(settings: ConvertSettings) {
  const { format, cropToBody, neighbours } = settings;
  const wrong: { readonly what: string; readonly flag: string }[] = [];
  if (!hasUsualChannels(settings)) {
    wrong.push({ what: "other channels", flag: "--channels liver,custom,histogram" });
  }
  if (neighbours > 0) {
    wrong.push({ what: "neighbours, which training adds itself", flag: "--neighbours 0" });
  }
  if (imageFormats[format].bits !== 8) wrong.push({ what: "16 bits", flag: "--format jpeg" });
  if (cropToBody) wrong.push({ what: "cropped to the body", flag: "--crop none" });
  return wrong;
}

function hasUsualChannels({ channels }: ConvertSettings): boolean {
  const usual = convertSettings().channels;
  const same = (window: (typeof usual.windows)[number], at: number): boolean => {
    const [one, other] = [windowOf(window), windowOf(usual.windows[at])];
    return one.width === other.width && one.level === other.level;
  };
  return (
    channels.histogram === usual.histogram &&
    channels.windows.length === usual.windows.length &&
    channels.windows.every(same)
  );
}
