/**
 * @file Winograd's F(2 × 2, 3 × 3): two by two results of a 3 × 3 convolution from four by four of the
 * image with 16 multiplications instead of 36. Each transform works along one axis, then the other.
 *
 * @see Lavin and Gray 2016, arXiv:1509.09308
 */
import { type Body, type Expr, get, type Local, lanes } from "./assembler.ts";

/** A transform along one axis. */
export type Four = (given: readonly Expr[]) => readonly Expr[];

/** A square matrix's transform along both axes, row-major. */
export function alongBoth(body: Body, matrix: readonly Local[], transform: Four): Local[] {
  const side = Math.sqrt(matrix.length); // 3 or 4
  const along = (lines: readonly Local[][]): Local[][] =>
    lines.map((line) => transform(line.map(get)).map((value) => body.let("v128", value)));
  const rows = Array.from({ length: side }, (_, n) => matrix.slice(n * side, (n + 1) * side));
  return turned(along(turned(along(rows)))).flat();
}

const turned = (matrix: readonly Local[][]): Local[][] =>
  matrix[0].map((_, column) => matrix.map((row) => row[column]));

/** Of the image: d0 − d2, d1 + d2, d2 − d1, d1 − d3. */
export const imageTransform: Four = ([d0, d1, d2, d3]) => [
  lanes.sub(d0, d2),
  lanes.add(d1, d2),
  lanes.sub(d2, d1),
  lanes.sub(d1, d3),
];

/** Of the products: m0 + m1 + m2, m1 − m2 − m3. */
export const resultTransform: Four = ([m0, m1, m2, m3]) => [
  lanes.add(lanes.add(m0, m1), m2),
  lanes.sub(lanes.sub(m1, m2), m3),
];
