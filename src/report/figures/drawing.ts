import { type PlotOptions, plot } from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { withoutControls } from "../html.ts";
import { palette } from "./palette.ts";

/** A drawing that stands on its own in a page, with what it shows in words. */
export interface Figure {
  /** For file names and fragments: `slices-per-scan`. */
  readonly id: string;
  readonly title: string;
  /** What a reader who cannot see it needs to know; also its caption. */
  readonly text: string;
  /** Its natural width in CSS pixels. */
  readonly width: number;
  /** SVG whose colours are the page's variables, with fallbacks. */
  readonly svg: string;
}

/** A key of the figure: its swatch and its words. */
export interface Key {
  readonly text: string;
  readonly colour: string;
  readonly shape: "square" | "circle" | "diamond" | "line" | "dashed";
  /** What a square is drawn with around it, for hatched ones whose fill is a pattern. */
  readonly outline?: { readonly colour: string; readonly dashes?: string };
}

export interface DrawingOptions extends PlotOptions {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly keys?: readonly Key[];
  /** Where the keys' line begins, from the top; 0 by default. */
  readonly keysTop?: number;
}

const svgNamespace = "http://www.w3.org/2000/svg";
export const fontSize = 12;
/** Room above the plot that the keys need, and the label of a vertical axis. */
export const keyHeight = 28;
export const labelHeight = 20;

/** Width of a text in CSS pixels at the figures' font size: a safe guess, since there is no screen. */
export const textWidth = (text: string): number => Array.from(text).length * fontSize * 0.58;

/**
 * A figure from Plot's options: axes in ink, keys above, title and description inside.
 * It needs no browser, and leaves nothing behind in the global scope.
 */
export function draw({
  id,
  title,
  text,
  keys = [],
  keysTop = 0,
  ...options
}: DrawingOptions): Figure {
  const document = emptyDocument();
  const svg = plot({
    document,
    ...options,
    style: { fontSize: `${fontSize}px`, color: palette.ink, background: "none" },
  });
  svg.querySelector("style")?.remove();
  svg.removeAttribute("class");
  svg.setAttribute("xmlns", svgNamespace);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${id}-title ${id}-text`);
  svg.prepend(
    named(document, { tag: "title", id: `${id}-title`, text: title }),
    named(document, { tag: "desc", id: `${id}-text`, text }),
  );
  if (keys.length > 0)
    svg.append(keyGroup(document, { keys, left: options.marginLeft ?? 40, top: keysTop }));
  roundNumbers(svg);
  return { id, title, text, width: options.width ?? 640, svg: svg.toString() };
}

const emptyDocument = (): Document =>
  new DOMParser().parseFromString(
    `<svg xmlns="${svgNamespace}"/>`,
    "image/svg+xml",
  ) as unknown as Document;

/** The attributes that say where something is, or how large. */
const places = [
  ...["x", "y", "x1", "y1", "x2", "y2", "cx", "cy"],
  ...["width", "height", "d", "transform"],
];

/**
 * Hundredths of a pixel: no eye sees less, and the last digits of a float differ between versions of
 * JavaScript engines.
 */
function roundNumbers(svg: Element): void {
  for (const element of svg.querySelectorAll("*")) {
    for (const name of places) {
      const value = element.getAttribute(name);
      if (value === null) continue;
      const rounded = value.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) =>
        String(Math.round(Number(number) * 100) / 100 || 0),
      );
      element.setAttribute(name, rounded);
    }
  }
}

function named(
  document: Document,
  { tag, id, text }: { tag: "title" | "desc"; id: string; text: string },
): Element {
  const element = document.createElementNS(svgNamespace, tag);
  element.setAttribute("id", id);
  element.textContent = withoutControls(text);
  return element;
}

/** The keys in one line, as markup. */
export const keysMarkup = (
  keys: readonly Key[],
  place: { readonly left: number; readonly top: number },
): string => keyGroup(emptyDocument(), { keys, ...place }).toString();

/** The keys in one line above the plot. */
function keyGroup(
  document: Document,
  {
    keys,
    left,
    top,
  }: { readonly keys: readonly Key[]; readonly left: number; readonly top: number },
): Element {
  const element = (tag: string, attributes: Readonly<Record<string, string | number>>): Element => {
    const made = document.createElementNS(svgNamespace, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    return made;
  };
  const group = element("g", { "text-anchor": "start", transform: `translate(0,${top})` });
  let x = left;
  for (const { text, colour, shape, outline } of keys) {
    const stroke = { stroke: colour, "stroke-width": 2 };
    const around =
      outline === undefined
        ? {}
        : { stroke: outline.colour, "stroke-dasharray": outline.dashes ?? "none" };
    const swatch = {
      square: () => element("rect", { x, y: 5, width: 11, height: 11, fill: colour, ...around }),
      circle: () => element("circle", { cx: x + 6, cy: 10.5, r: 4.5, fill: colour }),
      diamond: () => element("path", { d: `M${x + 6},4.5l6,6l-6,6l-6,-6z`, fill: colour }),
      line: () => element("path", { d: `M${x - 4},10.5h16`, ...stroke }),
      dashed: () =>
        element("path", { d: `M${x - 4},10.5h16`, ...stroke, "stroke-dasharray": "4 3" }),
    }[shape]();
    const label = element("text", { x: x + 18, y: 10.5, dy: "0.35em" });
    label.textContent = withoutControls(text);
    group.append(swatch, label);
    x += 18 + textWidth(text) + 18;
  }
  return group;
}
