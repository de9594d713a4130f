import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { paperOf, type Theme, withoutVariables } from "./palette.ts";

const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
  createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}`),
);

/**
 * A figure as PNG on its theme's paper, at twice its size, or as wide as is asked for. The text is
 * drawn in DejaVu Sans, letters that it lacks in the machine's fonts.
 */
export function figurePng(
  svg: string,
  options: { readonly theme?: Theme; readonly width?: number | undefined } = {},
): Uint8Array {
  const { theme = "light", width } = options;
  const image = new Resvg(withoutVariables(svg, theme), {
    background: paperOf(theme),
    fitTo: width === undefined ? { mode: "zoom", value: 2 } : { mode: "width", value: width },
    font: {
      fontFiles,
      loadSystemFonts: true,
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return image.render().asPng();
}
