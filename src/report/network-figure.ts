import type { ModelDescription } from "../model/index.ts";
import type { Figure } from "./figures/drawing.ts";
import { palette } from "./figures/palette.ts";
import { html } from "./html.ts";
import type { Language } from "./language.ts";

/** A stage of an encoder: what stands in its block. */
interface Stage {
  readonly channels: number;
  /** Width of its images, pixels; null where it differs on the way down and up. */
  readonly size: number | null;
}

const [column, block, rowHeight, top, left] = [92, 64, 58, 34, 14];

/**
 * A network as its blocks: the encoder going down, the decoder coming up, and what is carried across.
 * Of networks on volumes the size is that of their slices.
 */
export function networkFigure(description: ModelDescription, { say, numbers }: Language): Figure {
  const stages = stagesOf(description);
  const words = say.network;
  const last = stages.length - 1;
  const width = left * 2 + column * (2 * last) + block + 2 * column;
  const height = top + rowHeight * (last + 1) + 14;
  const deepest = numbers.whole(stages[last]?.channels ?? 0);
  const text = words.text(stages.length, deepest);
  const x = (place: number): number => left + column * (place + 1);
  const y = (depth: number): number => top + rowHeight * depth;
  const at = (value: number): string => String(Math.round(value));
  const blocks = [
    ...stages.map((stage, depth) => ({ stage, depth, place: depth })),
    ...stages
      .slice(0, -1)
      .map((stage, depth) => ({ stage, depth, place: 2 * last - depth }))
      .reverse(),
  ];
  const boxes = blocks.map(({ stage, depth, place }) => {
    const colour = place > last ? palette.tumour : palette.liver;
    const middle = at(x(place) + block / 2);
    const size =
      stage.size === null
        ? null
        : html`<text x="${middle}" y="${at(y(depth) + 38)}" text-anchor="middle" fill="${palette.muted}">${numbers.whole(stage.size)}</text>`;
    return html`<rect x="${at(x(place))}" y="${at(y(depth))}" width="${at(block)}" height="24" rx="3" fill="none" stroke="${colour}" stroke-width="2"/><text x="${middle}" y="${at(y(depth) + 16)}" text-anchor="middle" fill="${palette.ink}" font-weight="bold">${numbers.whole(stage.channels)}</text>${size}`;
  });
  const line = (from: readonly number[], to: readonly number[], dashed = false) =>
    html`<path d="M${from.map(at).join(",")}L${to.map(at).join(",")}" stroke="${palette.muted}" stroke-width="1.5" fill="none"${dashed ? html` stroke-dasharray="4 3"` : null}/>`;
  const steps = blocks.slice(1).map(({ depth, place }, index) => {
    const before = blocks[index];
    return line([x(place - 1) + block, y(before?.depth ?? 0) + 12], [x(place), y(depth) + 12]);
  });
  const skips = stages
    .slice(0, -1)
    .map((_, depth) =>
      line([x(depth) + block, y(depth) + 4], [x(2 * last - depth), y(depth) + 4], true),
    );
  const ends = [
    { place: -1, text: words.image, count: description.architecture.channels },
    { place: 2 * last + 1, text: words.classes, count: description.architecture.classes },
  ].map(
    ({ place, text: name, count }) =>
      html`<text x="${at(x(place) + block / 2)}" y="${at(y(0) + 16)}" text-anchor="middle" fill="${palette.ink}" font-weight="bold">${numbers.whole(count)}</text><text x="${at(x(place) + block / 2)}" y="${at(y(0) + 38)}" text-anchor="middle" fill="${palette.muted}">${name}</text>`,
  );
  const joins = [
    line([x(-1) + block / 2 + 12, y(0) + 12], [x(0), y(0) + 12]),
    line([x(2 * last) + block, y(0) + 12], [x(2 * last + 1) + block / 2 - 12, y(0) + 12]),
  ];
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="network-title network-text" width="${at(width)}" height="${at(height)}" viewBox="0 0 ${at(width)} ${at(height)}" font-family="sans-serif" font-size="12"><title id="network-title">${words.title}</title><desc id="network-text">${text}</desc>${joins}${skips}${steps}${boxes}${ends}</svg>`;
  return { id: "network", title: words.title, text, width, svg: svg.markup };
}

function stagesOf({ architecture, imageSize }: ModelDescription): readonly Stage[] {
  switch (architecture.architecture) {
    case "unet": {
      let size = imageSize;
      return architecture.widths.map((channels, depth) => {
        size /= architecture.strides?.[depth]?.at(-1) ?? (depth === 0 ? 1 : 2);
        return { channels, size };
      });
    }
    case "unet2015":
      // Its convolutions are unpadded: images lose a border at each, down and up.
      return architecture.widths.map((channels) => ({ channels, size: null }));
    case "resnet34-unet": {
      const { width = 64 } = architecture;
      // The stem halves the image, and its pooling halves it again before layer1.
      return [width, width, 2 * width, 4 * width, 8 * width].map((channels, depth) => ({
        channels,
        size: imageSize / 2 ** (depth + 1),
      }));
    }
  }
}
