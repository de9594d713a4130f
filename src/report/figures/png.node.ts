import { Resvg } from "@resvg/resvg-js";
import { withoutVariables } from "./palette.ts";

/** A figure as PNG on white paper, at twice its size. The text is drawn in the machine's fonts. */
export function figurePng(svg: string): Uint8Array {
  const image = new Resvg(withoutVariables(svg), {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: 2 },
    font: { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans" },
  });
  return image.render().asPng();
}
