import { expect, test } from "vitest";
import type { ModelDescription } from "../model/index.ts";
import { languageOf } from "./language.ts";
import { networkFigure } from "./network-figure.ts";

type Architecture = ModelDescription["architecture"];

/** The numbers in the drawing, in the order in which they stand: channels and, below them, sizes. */
function numbersIn(architecture: Architecture, imageSize: number): number[] {
  const description = { architecture, imageSize } as ModelDescription;
  const { svg } = networkFigure(description, languageOf("en"));
  return [...svg.matchAll(/<text[^>]*>([\d,]+)<\/text>/g)].map(([, text]) =>
    Number(text?.replace(",", "")),
  );
}

const io = { channels: 3, classes: 3 };

test("a U-Net: each stage with its channels and its size, down and up again", () => {
  const architecture = {
    architecture: "unet",
    ...io,
    widths: [24, 48, 96],
    convolutions: 2,
  } as const;
  const down = [24, 128, 48, 64, 96, 32];
  const up = [48, 64, 24, 128];
  expect(numbersIn(architecture, 128)).toEqual([...down, ...up, 3, 3]);
});

test("strides of its own are those of the drawing", () => {
  const strides = [
    [1, 1],
    [4, 4],
  ];
  const settings = { widths: [8, 16], convolutions: 1, strides };
  const architecture = { architecture: "unet", ...io, ...settings } as const;
  expect(numbersIn(architecture, 64)).toEqual([8, 64, 16, 16, 8, 64, 3, 3]);
});

test("a ResNet-34: the stem halves, its pooling halves again, and the last layer is at a 32nd", () => {
  const encoder = [64, 128, 64, 64, 128, 32, 256, 16, 512, 8];
  expect(numbersIn({ architecture: "resnet34-unet", ...io }, 256).slice(0, 10)).toEqual(encoder);
});

test("it is described, and drawn in each language", () => {
  const architecture: Architecture = { architecture: "unet2015", ...io, widths: [64, 1024] };
  // Unpadded: no size is told that would be another on the way up.
  expect(numbersIn(architecture, 572)).toEqual([64, 1024, 64, 3, 3]);
  const description = { architecture, imageSize: 572 } as ModelDescription;
  for (const tag of ["en", "fr"] as const) {
    const { say } = languageOf(tag);
    const { svg, title, text } = networkFigure(description, languageOf(tag));
    expect(title).toBe(say.network.title);
    expect(svg).toContain(`<title id="network-title">${title}</title>`);
    expect(text).toContain(tag === "en" ? "1,024" : "1\u202F024");
    expect(svg).toContain(say.network.image);
  }
});
