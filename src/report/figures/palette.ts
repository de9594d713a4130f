/**
 * Colours of the figures: Okabe and Ito's, which colour-blind readers tell apart. In the page each
 * is a variable, so that dark mode can choose the palette's lighter neighbours; elsewhere the
 * fallback holds, or the colour of a theme.
 * @see Okabe and Ito 2008, Color Universal Design; Wong 2011, doi:10.1038/nmeth.1618
 */
export const palette = {
  liver: "var(--liver, #0072b2)",
  tumour: "var(--tumour, #d55e00)",
  plain: "var(--plain, #3b8fc2)",
  muted: "var(--muted, #5b6470)",
  grid: "var(--grid, #d9dee4)",
  ink: "var(--ink, #1b2027)",
  panel: "var(--panel, #f4f6f8)",
  /** A band behind lines, as `muted` at 16 %. */
  band: "var(--band, #e4e6e7)",
} as const;

/** What a figure that stands alone is drawn on, and with. */
export type Theme = "light" | "dark";
export const themes: readonly Theme[] = ["light", "dark"];

/** In place of the fallbacks; the page's dark mode has the same. */
const darkColours: Readonly<Record<string, string>> = {
  liver: "#56b4e9",
  tumour: "#e69f00",
  plain: "#3b8fc2",
  muted: "#a3adb8",
  grid: "#333c46",
  ink: "#e6e9ed",
  panel: "#1d232a",
  band: "#2b3036",
};

/** What a theme's figures stand on. */
export const paperOf = (theme: Theme): string => (theme === "dark" ? "#14181d" : "#ffffff");

/** A colour of the palette in a theme. */
export const colourIn = (colour: string, theme: Theme): string =>
  colour.replace(/var\(--([a-z]+), (#[0-9a-f]{6})\)/g, (_, name: string, fallback: string) =>
    theme === "dark" ? (darkColours[name] ?? fallback) : fallback,
  );

/** The same figure for where there are no variables; a dark one brings its own paper. */
export function withoutVariables(svg: string, theme: Theme = "light"): string {
  const coloured = colourIn(svg, theme);
  if (theme === "light") return coloured;
  return coloured.replace(
    /<\/desc>/,
    `</desc><rect width="100%" height="100%" fill="${paperOf(theme)}"/>`,
  );
}
