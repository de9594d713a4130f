/**
 * Colours of the figures: Okabe and Ito's, which colour-blind readers tell apart. In the page each
 * is a variable, so that dark mode can choose the palette's lighter neighbours; elsewhere the
 * fallback holds.
 * @see Okabe and Ito 2008, Color Universal Design; Wong 2011, doi:10.1038/nmeth.1618
 */
export const palette = {
  liver: "var(--liver, #0072b2)",
  tumour: "var(--tumour, #d55e00)",
  plain: "var(--plain, #56b4e9)",
  muted: "var(--muted, #5b6470)",
  grid: "var(--grid, #d9dee4)",
  ink: "var(--ink, #1b2027)",
} as const;

/** The same figure for where there are no variables: each is replaced by its fallback. */
export const withoutVariables = (svg: string): string =>
  svg.replace(/var\(--[a-z]+, (#[0-9a-f]{6})\)/g, "$1");
