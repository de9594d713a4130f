import type { SliceLabels } from "../slices/index.ts";

/** Colours over a CT, from Okabe and Ito's palette, light enough to stand out from grey. */
export const labelColours = { liver: "#56b4e9", tumour: "#e69f00" } as const;
/** Prediction against reference; they differ in lightness as well as in hue. */
export const agreementColours = {
  agree: "#009e73",
  missed: "#f0e442",
  invented: "#d55e00",
} as const;

/** A picture of grey values, [h, w] bytes. */
export interface GrayPlane {
  readonly width: number;
  readonly height: number;
  readonly gray: Uint8Array;
}

/** A colour to lay over a pixel and how much it covers, 0 to 1; null leaves the pixel grey. */
type Tint = { readonly colour: Rgb; readonly cover: number } | null;
type Rgb = readonly [red: number, green: number, blue: number];

/** A colour such as `#56b4e9` as bytes. */
export const rgb = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];
const liver = rgb(labelColours.liver);
const tumour = rgb(labelColours.tumour);
const agree = rgb(agreementColours.agree);
const missed = rgb(agreementColours.missed);
const invented = rgb(agreementColours.invented);

/** Labels as the figures know them: 0 none, 1 liver (every other label too), 2 tumour. */
const structureOf = (label: number): 0 | 1 | 2 => (label === 0 ? 0 : label === 2 ? 2 : 1);

/**
 * The slice with its labels in colour: the inside lightly, the border strongly.
 *
 * @param labels - [h, w], of the plane's size
 * @returns [h, w, 3] bytes
 */
export function overlayLabels(plane: GrayPlane, labels: SliceLabels): Uint8Array {
  return tinted(plane, (index) => {
    const structure = structureOf(labels[index] ?? 0);
    if (structure === 0) return null;
    const onBorder = isBorder(index, { plane, labels });
    return { colour: structure === 2 ? tumour : liver, cover: onBorder ? 0.9 : 0.3 };
  });
}

/**
 * The slice with prediction against reference: agree where both say the same, missed where the
 * reference says more (liver over nothing, tumour over liver), invented where it says less.
 *
 * @returns [h, w, 3] bytes
 */
export function overlayAgreement(
  plane: GrayPlane,
  { reference, predicted }: { readonly reference: SliceLabels; readonly predicted: SliceLabels },
): Uint8Array {
  return tinted(plane, (index) => {
    const expected = structureOf(reference[index] ?? 0);
    const found = structureOf(predicted[index] ?? 0);
    if (expected === 0 && found === 0) return null;
    const colour = expected === found ? agree : expected > found ? missed : invented;
    const cover = expected !== found ? 0.85 : expected === 2 ? 0.75 : 0.35;
    return { colour, cover };
  });
}

/** Whether one of the four neighbours has another label; the picture's edge is none. */
function isBorder(
  index: number,
  { plane, labels }: { readonly plane: GrayPlane; readonly labels: SliceLabels },
): boolean {
  const { width } = plane;
  const column = index % width;
  const own = labels[index];
  return (
    (column > 0 && labels[index - 1] !== own) ||
    (column < width - 1 && labels[index + 1] !== own) ||
    (index >= width && labels[index - width] !== own) ||
    (index + width < labels.length && labels[index + width] !== own)
  );
}

function tinted({ gray }: GrayPlane, tintOf: (index: number) => Tint): Uint8Array {
  const pixels = new Uint8Array(gray.length * 3);
  for (let index = 0; index < gray.length; index++) {
    const value = gray[index] ?? 0;
    const tint = tintOf(index);
    for (let channel = 0; channel < 3; channel++) {
      const mixed =
        tint === null ? value : value + tint.cover * ((tint.colour[channel] ?? 0) - value);
      pixels[index * 3 + channel] = Math.round(mixed);
    }
  }
  return pixels;
}
