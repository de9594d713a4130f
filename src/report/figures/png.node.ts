import { Resvg } from "@resvg/resvg-js";
import { paperOf, type Theme, withoutVariables } from "./palette.ts";

/**
 * A figure as PNG on its theme's paper, at twice its size, or as wide as is asked for. The text is
 * drawn in the machine's fonts.
 */
export function figurePng(
  svg: string,
  options: { readonly theme?: Theme; readonly width?: number | undefined } = {},
): Uint8Array {
  const { theme = "light", width } = options;
  const image = new Resvg(withoutVariables(svg, theme), {
    background: paperOf(theme),
    fitTo: width === undefined ? { mode: "zoom", value: 2 } : { mode: "width", value: width },
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" },
  });
  return image.render().asPng();
}
