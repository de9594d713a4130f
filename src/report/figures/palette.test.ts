import { expect, test } from "vitest";
import { agreementColours, labelColours, rgb } from "../overlay.ts";
import { style } from "../style.ts";
import { colourIn, palette, paperOf, themes } from "./palette.ts";

type Linear = readonly [number, number, number];

/** sRGB's transfer function. @see IEC 61966-2-1 */
const linear = (hex: string): Linear => {
  const [r, g, b] = rgb(hex).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [r, g, b];
};

/** WCAG 2.2: (L₁ + 0.05) ÷ (L₂ + 0.05). */
function contrast(one: string, other: string): number {
  const [high, low] = [one, other]
    .map((hex) => {
      const [r, g, b] = linear(hex);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })
    .sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test("contrast is what WCAG works out", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 10);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test.each(themes)("marks and words stand out from the paper: %s", (theme) => {
  for (const colour of [palette.liver, palette.tumour, palette.plain]) {
    expect(contrast(colourIn(colour, theme), paperOf(theme))).toBeGreaterThanOrEqual(3);
  }
  for (const colour of [palette.ink, palette.muted]) {
    expect(contrast(colourIn(colour, theme), paperOf(theme))).toBeGreaterThanOrEqual(4.5);
  }
});

/**
 * What dichromats see, in linear RGB, at full severity.
 * @see Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113
 */
const dichromats: Readonly<Record<string, readonly (readonly number[])[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const seen = (hex: string, matrix: readonly (readonly number[])[]): Linear => {
  const colour = linear(hex);
  const [r, g, b] = matrix.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, part, channel) => sum + part * colour[channel], 0),
      ),
    ),
  );
  return [r, g, b];
};

/** CIE L*a*b* of linear sRGB under D65. */
function lab([r, g, b]: Linear): Linear {
  const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** ΔE*ab of 1976. A just noticeable difference is about 2.3. */
const deltaE = (one: Linear, other: Linear): number => {
  const [a, b] = [lab(one), lab(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
};

test("ΔE of black and white is 100", () => {
  expect(deltaE([0, 0, 0], [1, 1, 1])).toBeCloseTo(100, 3);
});

/** Colours that stand in one figure. */
const together: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    themes.map((theme) => [
      theme,
      [palette.liver, palette.tumour, palette.ink].map((colour) => colourIn(colour, theme)),
    ]),
  ),
  labels: Object.values(labelColours),
  agreement: Object.values(agreementColours),
};

test.each(
  Object.keys(together).flatMap((name) => Object.keys(dichromats).map((eye) => [name, eye])),
)("%s colours are told apart with %s", (name, eye) => {
  const colours = together[name].map((hex) => seen(hex, dichromats[eye]));
  colours.forEach((one, index) => {
    for (const other of colours.slice(index + 1)) expect(deltaE(one, other)).toBeGreaterThan(20);
  });
});

test("the page's own variables have the same colours", () => {
  const light = style.slice(0, style.indexOf("@media"));
  const dark = style.slice(style.indexOf("prefers-color-scheme: dark"));
  for (const [theme, css] of [
    ["light", light],
    ["dark", dark],
  ] as const) {
    for (const name of ["liver", "tumour", "plain", "muted", "grid", "ink", "panel"] as const) {
      const [, colour] = new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css) ?? [];
      expect([name, colour]).toEqual([name, colourIn(palette[name], theme)]);
    }
  }
});
