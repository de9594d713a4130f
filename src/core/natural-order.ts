const collator = new Intl.Collator("en", { numeric: true, sensitivity: "variant" });

/** Compares names as people count: `volume-2` before `volume-10`. For `Array.sort`. */
export const byNaturalOrder = (a: string, b: string): number =>
  collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
