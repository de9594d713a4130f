import { type Html, html, type Piece } from "../html.ts";
import type { Language } from "../language.ts";
import { agreementColours, labelColours } from "../overlay.ts";
import { type Figure, type Key, keyHeight } from "./drawing.ts";
import { drawPicture, image, label, px } from "./picture.ts";
import { regionPath } from "./region-path.ts";

/** A slice with its reference and its prediction. */
export interface JudgedSlice {
  readonly case: string;
  readonly slice: number;
  /** PNG data URI of the CT, grey. */
  readonly original: string;
  /** Of the masks, pixels. */
  readonly width: number;
  readonly height: number;
  /** [height, width]: 0 none, 1 liver, 2 tumour. */
  readonly reference: Uint8Array;
  readonly predicted: Uint8Array;
  /** Width ÷ height, in the patient. */
  readonly aspect: number;
}

export type Structure = "liver" | "tumour";

/** Liver includes its tumours, as everywhere. */
const belongs = (structure: Structure, label: number): boolean =>
  structure === "liver" ? label !== 0 : label === 2;

const side = 300;
const gap = 14;
const captionHeight = 36;

/**
 * Reference and prediction of a slice, and below them where they agree and differ: for the liver
 * (tumours included) and for the tumour. The three kinds differ in colour, hatch and outline.
 */
export function agreement(slice: JudgedSlice, language: Language): Figure {
  const { say } = language;
  const words = say.drawings.agreement;
  const height = side / slice.aspect;
  const judged = (["liver", "tumour"] as const).map((structure) => ({
    structure,
    ...judge(slice, { structure, language }),
  }));
  const panels: readonly {
    readonly drawn: Piece;
    readonly title: string;
    readonly note: string;
  }[] = [
    { drawn: labelled(slice, slice.reference), title: words.reference, note: "" },
    { drawn: labelled(slice, slice.predicted), title: words.prediction, note: "" },
    ...judged.map(({ structure, dice }) => ({
      drawn: differences(slice, { structure, id: "agreement", width: side }),
      title: words[structure],
      note: dice,
    })),
  ];
  const rowHeight = height + captionHeight;
  return drawPicture({
    id: "agreement",
    title: words.title,
    text:
      words.text(slice.case, slice.slice) +
      judged
        .map(({ structure, counts, dice }) => words.counts(say.words[structure], counts, dice))
        .join(""),
    width: 2 * side + gap,
    height: 2 * keyHeight + 2 * rowHeight + 14,
    keys: [
      { text: say.words.liver, colour: labelColours.liver, shape: "square" },
      { text: say.words.tumour, colour: labelColours.tumour, shape: "square" },
      ...agreementKeys("agreement", language),
    ],
    defs: hatchesOf("agreement"),
    body: [
      label(`${slice.case}, ${say.pictures.slice(slice.slice)}`, {
        x: 0,
        y: keyHeight + 14,
        weight: 600,
      }),
      panels.map(({ drawn, title, note }, index) => {
        const x = (index % 2) * (side + gap);
        const y = 2 * keyHeight + Math.floor(index / 2) * rowHeight;
        return [
          image(slice.original, { x, y, width: side, height }),
          html`<g transform="translate(${px(x)},${px(y)})">${drawn}</g>`,
          label(title, { x, y: y + height + 15 }),
          note === "" ? null : label(note, { x: x + side, y: y + height + 15, anchor: "end" }),
        ];
      }),
    ],
  });
}

/** The keys of `differences`. */
export const agreementKeys = (id: string, { say }: Language): Key[] =>
  (["agree", "missed", "invented"] as const).map((kind) => ({
    text: say.drawings.agreement[kind],
    colour: `url(#${id}-${kind}-key)`,
    shape: "square",
    outline: {
      colour: "currentColor",
      ...(kind === "invented" ? { dashes: "3 2" } : {}),
    },
  }));

/**
 * What is laid over the CT where two masks agree and differ. Missed is striped within a firm line,
 * invented dotted within a broken one, agreement is plain.
 */
export function hatchesOf(id: string): Html {
  const { agree, missed, invented } = agreementColours;
  const pattern = (name: string, cover: string, marks: Html): Html =>
    html`<pattern id="${id}-${name}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="${colourOf[name.split("-")[0] as keyof typeof colourOf]}" fill-opacity="${cover}"/>${marks}</pattern>`;
  const colourOf = { agree, missed, invented };
  const stripes = (colour: string): Html =>
    html`<path d="M-1.5 1.5L1.5 -1.5M0 6L6 0M4.5 7.5L7.5 4.5" stroke="${colour}" stroke-width="1.4"/>`;
  const dots = (colour: string): Html => html`<circle cx="3" cy="3" r="1.3" fill="${colour}"/>`;
  return html`${[
    pattern("agree", "0.4", html``),
    pattern("missed", "0.35", stripes(missed)),
    pattern("invented", "0.35", dots(invented)),
    pattern("agree-key", "1", html``),
    pattern("missed-key", "1", stripes("#1b2027")),
    pattern("invented-key", "1", dots("#1b2027")),
  ]}`;
}

/** Agreement, missed and invented of a structure, from the upper left of a picture. */
export function differences(
  slice: JudgedSlice,
  {
    structure,
    id,
    width,
  }: { readonly structure: Structure; readonly id: string; readonly width: number },
): Html {
  const { reference, predicted } = slice;
  const path = (wanted: (expected: boolean, found: boolean) => boolean): string =>
    scaledPath(slice, {
      width,
      inside: (at) => wanted(belongs(structure, reference[at]), belongs(structure, predicted[at])),
    });
  const region = (d: string, kind: keyof typeof agreementColours, dashes: string): Html | null =>
    d === ""
      ? null
      : html`<path d="${d}" fill="none" stroke="#000000" stroke-opacity="0.55" stroke-width="2.4"/><path d="${d}" fill="url(#${id}-${kind})" fill-rule="evenodd" stroke="${agreementColours[kind]}" stroke-width="1"${dashes === "" ? null : html` stroke-dasharray="${dashes}"`}/>`;
  return html`${[
    region(
      path((expected, found) => expected && found),
      "agree",
      "",
    ),
    region(
      path((expected, found) => expected && !found),
      "missed",
      "",
    ),
    region(
      path((expected, found) => !expected && found),
      "invented",
      "3 2",
    ),
  ]}`;
}

/** Liver and tumour of a mask as outlines, filled lightly. */
function labelled(slice: JudgedSlice, labels: Uint8Array): Html {
  const region = (structure: Structure, wanted: number): Html | null => {
    const d = scaledPath(slice, { width: side, inside: (at) => labels[at] === wanted });
    const colour = labelColours[structure];
    return d === ""
      ? null
      : html`<path d="${d}" fill="${colour}" fill-opacity="0.3" fill-rule="evenodd" stroke="${colour}" stroke-width="1.2"/>`;
  };
  return html`${[region("liver", 1), region("tumour", 2)]}`;
}

const scaledPath = (
  { width: columns, height: rows, aspect }: JudgedSlice,
  { width, inside }: { readonly width: number; readonly inside: (index: number) => boolean },
): string =>
  regionPath(
    { width: columns, height: rows, inside },
    { scale: [width / columns, width / aspect / rows] },
  );

/** Pixels that agree, are missed and invented, and Dice in words. */
function judge(
  { reference, predicted }: Pick<JudgedSlice, "reference" | "predicted">,
  {
    structure,
    language: { say, numbers },
  }: { readonly structure: Structure; readonly language: Language },
): {
  readonly counts: readonly [agree: number, missed: number, invented: number];
  readonly dice: string;
} {
  let [agree, missed, invented] = [0, 0, 0];
  for (let at = 0; at < reference.length; at++) {
    const expected = belongs(structure, reference[at]);
    const found = belongs(structure, predicted[at]);
    if (expected && found) agree++;
    else if (expected) missed++;
    else if (found) invented++;
  }
  const words = say.drawings.agreement;
  // Dice = 2 · common ÷ (reference + predicted).
  const total = 2 * agree + missed + invented;
  const dice = total === 0 ? words.undefined : words.dice(numbers.dice((2 * agree) / total));
  return { counts: [agree, missed, invented], dice };
}
