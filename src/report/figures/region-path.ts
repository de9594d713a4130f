import { px } from "./picture.ts";

/** Pixels of a picture, and which of them belong to a region. */
export interface Region {
  readonly width: number;
  readonly height: number;
  inside(index: number): boolean;
}

/**
 * A region's outline as an SVG path along its pixels' edges, in pixels from the upper left; "" when
 * it is empty. Filled by the even-odd rule it covers exactly its pixels.
 *
 * @param options.scale - drawn pixels for each of the picture's, across and down
 */
export function regionPath(
  region: Region,
  options: { readonly scale?: readonly [number, number] } = {},
): string {
  const { width, height } = region;
  const [sx, sy] = options.scale ?? [1, 1];
  const at = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && region.inside(x + y * width);
  // Each edge is walked with the inside on its right: corner → the corners that follow it.
  const next = new Map<number, number[]>();
  const add = (from: number, to: number): void => {
    const found = next.get(from);
    if (found === undefined) next.set(from, [to]);
    else found.push(to);
  };
  const corner = (x: number, y: number): number => x + y * (width + 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!at(x, y)) continue;
      if (!at(x, y - 1)) add(corner(x, y), corner(x + 1, y));
      if (!at(x + 1, y)) add(corner(x + 1, y), corner(x + 1, y + 1));
      if (!at(x, y + 1)) add(corner(x + 1, y + 1), corner(x, y + 1));
      if (!at(x - 1, y)) add(corner(x, y + 1), corner(x, y));
    }
  }
  const point = (number: number): readonly [number, number] => [
    number % (width + 1),
    Math.floor(number / (width + 1)),
  ];
  let path = "";
  for (const start of [...next.keys()]) {
    for (let from = start; ; ) {
      const to = next.get(from)?.pop();
      if (to === undefined) break;
      const [x0, y0] = point(from);
      const [x, y] = point(to);
      if (from === start) path += `M${px(x0 * sx)} ${px(y0 * sy)}`;
      path += y === y0 ? `H${px(x * sx)}` : `V${px(y * sy)}`;
      from = to;
      if (from === start) path += "Z";
    }
  }
  return path.replace(/(?:H[-\d.]+)+(?=H)|(?:V[-\d.]+)+(?=V)/g, "");
}
